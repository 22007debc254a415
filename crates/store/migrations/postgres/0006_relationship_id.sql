-- The API names a relationship by its id alone.
CREATE UNIQUE INDEX relationship_id ON relationship (id);
