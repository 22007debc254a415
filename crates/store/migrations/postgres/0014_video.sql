-- Where people join an appointment by video, and where they can try whether that works.
ALTER TABLE service ADD COLUMN video_link TEXT;
ALTER TABLE service ADD COLUMN video_test TEXT;
