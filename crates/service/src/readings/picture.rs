//! Pictures that people send, made anew: what is kept holds the picture and nothing else of the file.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::overlay;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most pixels that a side may have.
pub(crate) const LONGEST_SIDE: u32 = 16_000;
/// The most pixels at all: more than cameras of phones take at once.
pub(crate) const MOST_PIXELS: u64 = 50_000_000;
/// The most memory that opening one may take.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// How long the longer side of what is kept is at most, and of what stands on a page.
const LARGE: u32 = 2000;
const SMALL: u32 = 640;
/// The most bytes of a picture that is kept.
const MOST_BYTES: usize = 1024 * 1024;
/// As good as a display can be read and a rash be judged; where that takes too many bytes, the next, and then half the size.
const QUALITIES: [u8; 2] = [85, 60];
/// What follows the length of the first box in the containers of HEIC and AVIF, and by which words after that they are told.
const CONTAINER: &[u8] = b"ftyp";
const OF_IPHONES: [&[u8; 4]; 8] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"];

/// A picture as it is kept: two JPEGs without anything that says where, when or with what it was taken.
pub(crate) struct Picture {
    pub(crate) large: Vec<u8>,
    pub(crate) small: Vec<u8>,
}

/// Why a file is no picture that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// By its content it is neither JPEG nor PNG nor WebP.
    NoPicture,
    /// It is what iPhones keep photos in.
    OfIphone,
    /// It has too many pixels.
    TooLarge,
    /// It begins as one and cannot be opened.
    Broken,
}

impl Unfit {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::NoPicture => "Choose a photo: a JPEG, PNG or WebP file",
            Self::OfIphone => {
                "We cannot open this kind of iPhone photo (HEIC). Take a screenshot of the photo and send that. For new photos, choose \
                 Settings, Camera, Formats, Most Compatible on the iPhone"
            }
            Self::TooLarge => "The photo has too many pixels. Take it again with a lower setting, or send a screenshot of it",
            Self::Broken => "The photo could not be opened. Take it again",
        }
    }
}

impl From<ImageError> for Unfit {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            _ => Self::Broken,
        }
    }
}

fn is_of_iphone(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(CONTAINER) && OF_IPHONES.iter().any(|brand| bytes.get(8..12) == Some(&brand[..]))
}

/// Opens a picture by what it holds, turns it as its camera was held, and makes it anew in two sizes.
pub(crate) fn made_anew(bytes: &[u8]) -> Result<Picture, Unfit> {
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => format,
        _ if is_of_iphone(bytes) => return Err(Unfit::OfIphone),
        _ => return Err(Unfit::NoPicture),
    };
    anew(bytes, format)
}

/// A picture that came with a record, made anew to be looked at: also a GIF, of which the first picture is shown, and a BMP.
pub(crate) fn shown_anew(bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp)) => format,
        _ => return Err(Unfit::NoPicture),
    };
    // The libraries are made for files that follow the standard; one that makes them stumble counts as broken.
    catch_unwind(AssertUnwindSafe(|| anew(bytes, format))).unwrap_or(Err(Unfit::Broken)).map(|picture| picture.large)
}

fn anew(bytes: &[u8], format: ImageFormat) -> Result<Picture, Unfit> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooLarge);
    }
    let turned = decoder.orientation()?;
    let mut picture = within(DynamicImage::from_decoder(decoder)?, LARGE);
    picture.apply_orientation(turned);
    let picture = on_white(picture);
    Ok(Picture { large: jpeg(picture.clone())?, small: jpeg(within(picture, SMALL))? })
}

/// The picture with no side longer than this.
pub(crate) fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width() > side || picture.height() > side { picture.thumbnail(side, side) } else { picture }
}

/// What can be seen through stands on white, as on the screen from which it comes.
pub(crate) fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut white = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    overlay(&mut white, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(white)
}

fn jpeg(mut picture: DynamicImage) -> Result<Vec<u8>, ImageError> {
    loop {
        let rgb = picture.to_rgb8();
        for quality in QUALITIES {
            let mut bytes = Vec::new();
            rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
            if bytes.len() <= MOST_BYTES {
                return Ok(bytes);
            }
        }
        picture = within(picture, rgb.width().max(rgb.height()) / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GenericImageView, Rgb, RgbImage};
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn opened(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn it_is_kept_as_a_jpeg_in_two_sizes() {
        let picture = made_anew(&png(3000, 1500)).unwrap();
        assert_eq!(opened(&picture.large).dimensions(), (2000, 1000));
        assert_eq!(opened(&picture.small).dimensions(), (640, 320));
        assert!(opened(&picture.small).get_pixel(10, 10)[0] > 200, "red is on the left");
        // What is small stays as it is.
        assert_eq!(opened(&made_anew(&png(40, 20)).unwrap().large).dimensions(), (40, 20));
    }

    #[test]
    fn nothing_of_the_file_but_the_picture_is_kept() {
        // A JPEG with a place in its Exif, and a script behind its end.
        let mut plain = Vec::new();
        let red = RgbImage::from_pixel(30, 20, Rgb([250, 0, 0]));
        red.write_with_encoder(JpegEncoder::new(&mut plain)).unwrap();
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 51.5074N";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut sent = plain[..2].to_vec();
        sent.extend([0xff, 0xe1]);
        sent.extend(length);
        sent.extend(exif);
        sent.extend(&plain[2..]);
        sent.extend(b"<script>alert(1)</script>");
        let picture = made_anew(&sent).unwrap();
        for bytes in [&picture.large, &picture.small] {
            let holds = |what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
            assert!(!holds(b"Exif") && !holds(b"GPS") && !holds(b"script"));
            assert_eq!(opened(bytes).dimensions(), (20, 30), "it is turned as the camera was held");
        }
    }

    #[test]
    fn what_can_be_seen_through_stands_on_white() {
        let mut bytes = Cursor::new(Vec::new());
        RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])).write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert!(opened(&made_anew(&bytes.into_inner()).unwrap().large).get_pixel(9, 9)[0] > 250);
    }

    #[test]
    fn what_is_kept_is_bounded_however_much_it_shows() {
        let mut seed = 1_u32;
        let noise = RgbImage::from_fn(1500, 1300, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = seed.to_be_bytes();
            Rgb([a, b, c])
        });
        let mut bytes = Cursor::new(Vec::new());
        noise.write_to(&mut bytes, ImageFormat::WebP).unwrap();
        let kept = made_anew(&bytes.into_inner()).map(|picture| picture.large.len());
        assert!(kept.as_ref().is_ok_and(|bytes| *bytes <= MOST_BYTES), "{kept:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_spoilt_picture_is_a_picture_or_refused(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
            for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
                let mut bytes = Cursor::new(Vec::new());
                RgbImage::from_pixel(24, 16, Rgb([9, 99, 199])).write_to(&mut bytes, format).unwrap();
                let mut bytes = bytes.into_inner();
                for (place, byte) in &places {
                    let at = place.index(bytes.len());
                    bytes[at] = *byte;
                }
                if let Ok(picture) = made_anew(&bytes) {
                    prop_assert!(opened(&picture.large).width() <= LARGE && picture.large.len() <= MOST_BYTES);
                }
            }
            for format in [ImageFormat::Gif, ImageFormat::Bmp] {
                let mut bytes = Cursor::new(Vec::new());
                RgbImage::from_pixel(24, 16, Rgb([9, 99, 199])).write_to(&mut bytes, format).unwrap();
                let mut bytes = bytes.into_inner();
                for (place, byte) in &places {
                    let at = place.index(bytes.len());
                    bytes[at] = *byte;
                }
                if let Ok(large) = shown_anew(&bytes) {
                    prop_assert!(opened(&large).width() <= LARGE && large.len() <= MOST_BYTES);
                }
            }
        }
    }

    #[test]
    fn a_gif_and_a_bmp_are_shown_and_not_taken_as_a_photo() {
        for format in [ImageFormat::Gif, ImageFormat::Bmp] {
            let mut bytes = Cursor::new(Vec::new());
            RgbImage::from_pixel(24, 16, Rgb([250, 0, 0])).write_to(&mut bytes, format).unwrap();
            let bytes = bytes.into_inner();
            let shown = opened(&shown_anew(&bytes).unwrap());
            assert_eq!(shown.dimensions(), (24, 16));
            assert!(shown.get_pixel(9, 9)[0] > 230 && shown.get_pixel(9, 9)[2] < 30, "{format:?}");
            assert_eq!(made_anew(&bytes).err(), Some(Unfit::NoPicture));
            // What is cut off is shown as far as it goes, or refused.
            for end in 0..bytes.len() {
                if let Ok(shown) = shown_anew(&bytes[..end]) {
                    assert_eq!(opened(&shown).dimensions(), (24, 16));
                }
            }
        }
    }

    #[test]
    fn a_gif_and_a_bmp_that_claim_too_many_pixels_are_refused() {
        let mut gif = b"GIF89a".to_vec();
        gif.extend([0xff, 0xff, 0xff, 0xff, 0, 0, 0, b';']);
        assert!(matches!(shown_anew(&gif), Err(Unfit::TooLarge | Unfit::Broken)));
        let mut bmp = Cursor::new(Vec::new());
        RgbImage::from_pixel(4, 4, Rgb([9, 9, 9])).write_to(&mut bmp, ImageFormat::Bmp).unwrap();
        let mut bmp = bmp.into_inner();
        bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
        bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
        assert!(matches!(shown_anew(&bmp), Err(Unfit::TooLarge | Unfit::Broken)));
    }

    #[test]
    fn what_is_no_picture_is_refused_by_what_it_holds() {
        let why = |bytes: &[u8]| made_anew(bytes).err();
        for other in [&b"GIF89a\x01\0\x01\0\0\0\0;"[..], b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"%PDF-1.7", b"", b"MZ"]
        {
            assert_eq!(why(other), Some(Unfit::NoPicture), "{other:?}");
        }
        for brand in ["heic", "mif1", "avif"] {
            assert_eq!(why(format!("\0\0\0\x18ftyp{brand}\0\0\0\0").as_bytes()), Some(Unfit::OfIphone), "{brand}");
        }
        assert_eq!(why(b"\0\0\0\x18ftypisom\0\0\0\0"), Some(Unfit::NoPicture), "a film");
        assert_eq!(why(&png(40, 20)[..60]), Some(Unfit::Broken));
        assert_eq!(why(b"\xff\xd8\xff\xe0"), Some(Unfit::Broken));
    }

    #[test]
    fn a_flood_of_pixels_is_refused_before_it_is_opened() {
        // The head of a PNG says how large it is; the rest of it is a few bytes.
        let claims = |width: u32, height: u32| {
            let mut bytes = png(4, 4);
            bytes[16..20].copy_from_slice(&width.to_be_bytes());
            bytes[20..24].copy_from_slice(&height.to_be_bytes());
            let mut crc = flate2::Crc::new();
            crc.update(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
            made_anew(&bytes).err()
        };
        assert_eq!(claims(60_000, 60_000), Some(Unfit::TooLarge));
        assert_eq!(claims(10_000, 10_000), Some(Unfit::TooLarge));
    }
}
