//! Scanned letters: the pages of a TIFF, each made a picture that browsers show. What is made holds the picture and nothing else of
//! the file.

use crate::readings::picture::{LONGEST_SIDE, MOST_PIXELS, Unfit, on_white, within};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, RgbaImage};
use serde::Serialize;
use std::io::Cursor;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tiff::decoder::ifd::Value;
use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::{ByteOrder, CompressionMethod, Predictor, SampleFormat, Tag};
use tiff::{ColorType, TiffError};

/// How many pages of a scan are shown.
const MOST_PAGES: u32 = 20;
/// How long the longer side of a page is made at most: small print on A4 can be read.
const LARGE: u32 = 2400;
/// The most bytes that a page may unpack to.
const MOST_MEMORY: usize = 256 * 1024 * 1024;
/// The most numbers that a point may have: four colours and how far it can be seen through.
const MOST_SAMPLES: u16 = 5;
/// The most bytes of what the JPEGs of a page have in common.
const MOST_TABLES: usize = 4096;

/// The most bytes of a page that is packed as faxes are: a sheet takes less than 150 KB, and more could be made so that it takes very long.
const MOST_FAX: u64 = 256 * 1024;

type Pages<'b> = Decoder<Cursor<&'b [u8]>>;

/// The pages of a scan that can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// How many they are; 0 where none can be.
    pub pages: u32,
    /// More follow, which are not shown.
    pub more: bool,
}

impl From<TiffError> for Unfit {
    fn from(error: TiffError) -> Self {
        match error {
            TiffError::LimitsExceeded => Self::TooLarge,
            _ => Self::Broken,
        }
    }
}

/// How many pages a scan has, up to the first that cannot be opened here: it and what follows it are not shown. None of them is opened.
pub(crate) fn pages(bytes: &[u8]) -> Scan {
    // The library is made for files that follow the standard; one that makes it stumble counts as unreadable.
    catch_unwind(AssertUnwindSafe(|| counted(bytes))).unwrap_or_default()
}

fn counted(bytes: &[u8]) -> Scan {
    let Ok(mut decoder) = at_page(bytes, 1) else { return Scan::default() };
    let mut scan = Scan { pages: 1, more: false };
    while decoder.more_images() {
        if scan.pages == MOST_PAGES || decoder.next_image().is_err() || fit(&mut decoder, bytes).is_err() {
            scan.more = true;
            break;
        }
        scan.pages += 1;
    }
    scan
}

/// A page of a scan, counted from 1, as PNG. Slow: it runs off the asynchronous threads.
pub(crate) fn page(bytes: &[u8], number: u32) -> Result<Vec<u8>, Unfit> {
    catch_unwind(AssertUnwindSafe(|| made(bytes, number))).unwrap_or(Err(Unfit::Broken))
}

fn made(bytes: &[u8], number: u32) -> Result<Vec<u8>, Unfit> {
    if !(1..=MOST_PAGES).contains(&number) {
        return Err(Unfit::NoPicture);
    }
    let mended = mended(&mut at_page(bytes, number)?, bytes)?;
    let mut decoder = at_page(mended.as_deref().unwrap_or(bytes), number)?;
    let dimensions = decoder.dimensions()?;
    let turned = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten().and_then(Orientation::from_exif);
    let (color, data) = (decoder.colortype()?, decoder.read_image()?);
    let mut picture = within(picture(color, data, dimensions).ok_or(Unfit::Broken)?, LARGE);
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    let mut png = Cursor::new(Vec::new());
    on_white(picture).write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

/// A scan turned to a page, counted from 1, which is fit to be opened.
fn at_page(bytes: &[u8], number: u32) -> Result<Pages<'_>, Unfit> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_MEMORY;
    let mut decoder = Decoder::new(Cursor::new(bytes))?.with_limits(limits);
    for _ in 1..number {
        decoder.next_image()?;
    }
    fit(&mut decoder, bytes)?;
    Ok(decoder)
}

/// Refuses a page that is too large, or made in a way that is not known here.
fn fit(decoder: &mut Pages<'_>, bytes: &[u8]) -> Result<(), Unfit> {
    let size = decoder.dimensions()?;
    check_size(decoder, size)?;
    check_kind(decoder, bytes)?;
    check_parts(decoder, bytes)?;
    if decoder.image_buffer_layout()?.planes == 1 { Ok(()) } else { Err(Unfit::Broken) }
}

/// How the points of a page are packed.
fn packing(decoder: &mut Pages<'_>) -> Result<CompressionMethod, Unfit> {
    let packed = decoder.find_tag_unsigned::<u16>(Tag::Compression)?;
    Ok(packed.map_or(CompressionMethod::None, CompressionMethod::from_u16_exhaustive))
}

/// The bits of each byte stand from the lowest to the highest (`FillOrder` 2), as some fax machines write them.
fn from_lowest(decoder: &mut Pages<'_>) -> Result<bool, Unfit> {
    Ok(decoder.find_tag_unsigned::<u16>(Tag::FillOrder)? == Some(2))
}

/// The rows of a part are more than the library takes for a fax: 2^32 - 1 stands for all that there are (TIFF 6.0, `RowsPerStrip`).
fn endless(decoder: &Pages<'_>) -> bool {
    decoder.get_chunk_type() == ChunkType::Strip && decoder.chunk_dimensions().1 > u32::from(u16::MAX)
}

/// Refuses a page that is packed or coloured in a way that neither the library nor what is done here knows.
fn check_kind(decoder: &mut Pages<'_>, bytes: &[u8]) -> Result<(), Unfit> {
    let (color, packed) = (decoder.colortype()?, packing(decoder)?);
    let known = match packed {
        CompressionMethod::None
        | CompressionMethod::LZW
        | CompressionMethod::PackBits
        | CompressionMethod::Deflate
        | CompressionMethod::OldDeflate => !from_lowest(decoder)?,
        CompressionMethod::ModernJPEG => color.bit_depth() == 8,
        CompressionMethod::Fax4 => color == ColorType::Gray(1) && (!endless(decoder) || rows_at(decoder, bytes).is_some()),
        _ => false,
    };
    let colors = match color {
        ColorType::Gray(bits) => matches!(bits, 1 | 2 | 4 | 8 | 16),
        ColorType::RGB(bits) | ColorType::RGBA(bits) | ColorType::CMYK(bits) => matches!(bits, 8 | 16),
        ColorType::YCbCr(bits) => bits == 8,
        _ => false,
    };
    let predicted = decoder.find_tag_unsigned::<u16>(Tag::Predictor)?.unwrap_or(Predictor::None.to_u16());
    let predicted = predicted == Predictor::None.to_u16()
        || (predicted == Predictor::Horizontal.to_u16() && matches!(color.bit_depth(), 8 | 16));
    let formats = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat)?.unwrap_or_default();
    let whole = formats.into_iter().all(|format| format == SampleFormat::Uint.to_u16());
    if known && colors && predicted && whole { Ok(()) } else { Err(Unfit::Broken) }
}

/// Where the number of rows of a strip stands in a file; `None` for files of the large kind (BigTIFF).
fn rows_at(decoder: &mut Pages<'_>, bytes: &[u8]) -> Option<usize> {
    let order = decoder.byte_order();
    let word = |at: usize| {
        let pair = <[u8; 2]>::try_from(bytes.get(at..at.checked_add(2)?)?).ok()?;
        Some(if order == ByteOrder::LittleEndian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    if word(2) != Some(42) {
        return None;
    }
    // A page begins with how many facts it has, of 12 bytes each: which, of what kind, how many values, and the value.
    let page = usize::try_from(decoder.ifd_pointer()?.0).ok()?;
    let entries = usize::from(word(page)?);
    let entry = (0..entries).map(|entry| page + 2 + 12 * entry).rfind(|at| word(*at) == Some(Tag::RowsPerStrip.to_u16()))?;
    Some(entry + 8)
}

/// A file with this page of it as the library takes it, where it is a fax that is written in one of the other ways of the standard.
fn mended(decoder: &mut Pages<'_>, bytes: &[u8]) -> Result<Option<Vec<u8>>, Unfit> {
    if packing(decoder)? != CompressionMethod::Fax4 {
        return Ok(None);
    }
    let (turn, endless) = (from_lowest(decoder)?, endless(decoder));
    if !turn && !endless {
        return Ok(None);
    }
    let mut file = bytes.to_vec();
    if turn {
        let (offsets, lengths) = parts(decoder)?;
        for (offset, length) in offsets.into_iter().zip(lengths) {
            let whole = range(offset, length).and_then(|range| file.get_mut(range)).ok_or(Unfit::Broken)?;
            for byte in whole {
                *byte = byte.reverse_bits();
            }
        }
    }
    if endless {
        let (_, height) = decoder.dimensions()?;
        let rows = if decoder.byte_order() == ByteOrder::LittleEndian { height.to_le_bytes() } else { height.to_be_bytes() };
        let at = rows_at(decoder, bytes).ok_or(Unfit::Broken)?;
        file.get_mut(at..at.saturating_add(4)).ok_or(Unfit::Broken)?.copy_from_slice(&rows);
    }
    Ok(Some(file))
}

/// Refuses a page that says that it is larger than what is opened.
fn check_size(decoder: &mut Pages<'_>, (width, height): (u32, u32)) -> Result<(), Unfit> {
    let (across, down) = decoder.chunk_dimensions();
    // A strip may say that it has all rows that there can be.
    let down = if decoder.get_chunk_type() == ChunkType::Tile { down } else { height };
    let samples = decoder.find_tag_unsigned::<u16>(Tag::SamplesPerPixel)?.unwrap_or(1);
    let long = [width, height, across, down].into_iter().any(|side| side > LONGEST_SIDE);
    if long || samples > MOST_SAMPLES || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooLarge);
    }
    Ok(())
}

/// Refuses a page whose packed parts lie over each other, so that little of a file takes long to unpack, and one whose JPEGs say that
/// they are larger than what is opened: the library opens each of them whole, however little of it the page shows.
fn check_parts(decoder: &mut Pages<'_>, bytes: &[u8]) -> Result<(), Unfit> {
    let packed = packing(decoder)?;
    if packed == CompressionMethod::None {
        return Ok(());
    }
    let (offsets, lengths) = parts(decoder)?;
    let together = lengths.iter().fold(0_u64, |sum, one| sum.saturating_add(*one));
    if together > u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        return Err(Unfit::Broken);
    }
    if packed == CompressionMethod::Fax4 && together > MOST_FAX {
        return Err(Unfit::TooLarge);
    }
    if packed != CompressionMethod::ModernJPEG {
        return Ok(());
    }
    let tables = decoder.find_tag(Tag::JPEGTables)?.map(Value::into_u8_vec).transpose()?.unwrap_or_default();
    if tables.len() > MOST_TABLES {
        return Err(Unfit::Broken);
    }
    // As the library joins them: the tables without their end, then the JPEG without its start.
    let tables = tables.get(..tables.len().saturating_sub(2)).unwrap_or_default();
    let mut pixels = 0_u64;
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let part = range(offset, length).and_then(|range| bytes.get(range)).ok_or(Unfit::Broken)?;
        let joined = [tables, part.get(2..).unwrap_or_default()].concat();
        pixels = pixels.saturating_add(claimed(&joined));
    }
    if pixels > MOST_PIXELS { Err(Unfit::TooLarge) } else { Ok(()) }
}

/// Where the packed parts of a page begin, and how long they are.
fn parts(decoder: &mut Pages<'_>) -> Result<(Vec<u64>, Vec<u64>), Unfit> {
    let (at, long) = match decoder.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
    };
    Ok((decoder.get_tag_u64_vec(at)?, decoder.get_tag_u64_vec(long)?))
}

fn range(offset: u64, length: u64) -> Option<Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    Some(start..start.checked_add(usize::try_from(length).ok()?)?)
}

/// How many points the frames of a JPEG say that they have: whatever looks like the head of one is taken for one.
fn claimed(jpeg: &[u8]) -> u64 {
    let frames = jpeg.windows(9).filter_map(|part| match *part {
        [0xff, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf, _, _, _, a, b, c, d] => {
            Some(u64::from(u16::from_be_bytes([a, b])) * u64::from(u16::from_be_bytes([c, d])))
        }
        _ => None,
    });
    frames.sum()
}

/// The picture of what a page holds; `None` for colours that are not known here.
fn picture(color: ColorType, data: DecodingResult, (width, height): (u32, u32)) -> Option<DynamicImage> {
    let gray = |bytes: Vec<u8>| GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8);
    let rgb = |bytes: Vec<u8>| RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8);
    let bytes = match data {
        DecodingResult::U8(bytes) => bytes,
        DecodingResult::U16(words) => words.into_iter().map(|word| word.to_be_bytes()[0]).collect(),
        _ => return None,
    };
    match color {
        ColorType::Gray(bits @ (1 | 2 | 4)) => gray(unpacked(&bytes, width, bits)?),
        ColorType::Gray(8 | 16) => gray(bytes),
        ColorType::RGB(8 | 16) => rgb(bytes),
        ColorType::RGBA(8 | 16) => RgbaImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8),
        ColorType::CMYK(8 | 16) => rgb(of_inks(&bytes)),
        ColorType::YCbCr(8) => rgb(of_video(&bytes)),
        _ => None,
    }
}

/// Rows of points of 1, 2 or 4 bits, each row in whole bytes, as a byte for each point.
fn unpacked(bytes: &[u8], width: u32, bits: u8) -> Option<Vec<u8>> {
    let width = usize::try_from(width).ok()?;
    let each = usize::from(8_u8.checked_div(bits)?);
    let most = u8::MAX.checked_shr(u32::from(8_u8.checked_sub(bits)?))?;
    let step = u8::MAX.checked_div(most)?;
    let mut points = Vec::with_capacity(bytes.len().saturating_mul(each));
    for row in bytes.chunks_exact(width.div_ceil(each)) {
        let row = row.iter().flat_map(|byte| (1..=each).rev().map(move |left| (byte >> (usize::from(bits) * (left - 1))) & most));
        points.extend(row.take(width).map(|point| point * step));
    }
    Some(points)
}

/// Red, green and blue from how much ink there is of cyan, magenta, yellow and black.
fn of_inks(bytes: &[u8]) -> Vec<u8> {
    let light = |ink: u8, black: u8| {
        let both = u16::from(u8::MAX - ink) * u16::from(u8::MAX - black);
        u8::try_from(both / u16::from(u8::MAX)).unwrap_or(u8::MAX)
    };
    let (points, _) = bytes.as_chunks::<4>();
    points
        .iter()
        .flat_map(|&[cyan, magenta, yellow, black]| [light(cyan, black), light(magenta, black), light(yellow, black)])
        .collect()
}

/// Red, green and blue from brightness and two differences, as JPEG has them (ITU-T T.871, section 7), in parts of 65,536.
fn of_video(bytes: &[u8]) -> Vec<u8> {
    let byte = |value: i32| u8::try_from(((value + 32_768) >> 16).clamp(0, 255)).unwrap_or_default();
    let (points, _) = bytes.as_chunks::<3>();
    points
        .iter()
        .flat_map(|&[bright, blue, red]| {
            let (bright, blue, red) = (i32::from(bright) << 16, i32::from(blue) - 128, i32::from(red) - 128);
            [byte(bright + 91_881 * red), byte(bright - 22_554 * blue - 46_802 * red), byte(bright + 116_130 * blue)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use image::codecs::jpeg::JpegEncoder;
    use proptest::prelude::*;
    use tiff::encoder::colortype::{Gray8, Gray32Float, RGB8};
    use tiff::encoder::{Compression, TiffEncoder};
    use tiff::tags::PhotometricInterpretation;

    /// A scan of so many pages, each darker than the one before.
    fn scan(pages: u8, packed: Compression) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        {
            let mut tiff = TiffEncoder::new(&mut file).unwrap().with_compression(packed);
            for page in 0..pages {
                tiff.write_image::<Gray8>(40, 60, &[250 - 10 * page; 40 * 60]).unwrap();
            }
        }
        file.into_inner()
    }

    const FAX: (CompressionMethod, PhotometricInterpretation) = (CompressionMethod::Fax4, PhotometricInterpretation::WhiteIsZero);

    /// A TIFF of one page, which is one strip.
    fn handmade(size: (u32, u32), kind: (CompressionMethod, PhotometricInterpretation), bits: &[u16], strip: &[u8]) -> Vec<u8> {
        told(size, kind, bits, strip, &[])
    }

    /// The same, of which these facts are told instead, or as well.
    fn told(
        (width, height): (u32, u32),
        (packed, colors): (CompressionMethod, PhotometricInterpretation),
        bits: &[u16],
        strip: &[u8],
        facts: &[(Tag, u32)],
    ) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        {
            let mut tiff = TiffEncoder::new(&mut file).unwrap();
            let mut page = tiff.image_directory().unwrap();
            let at = u32::try_from(page.write_data(strip).unwrap()).unwrap();
            page.write_tag(Tag::ImageWidth, width).unwrap();
            page.write_tag(Tag::ImageLength, height).unwrap();
            page.write_tag(Tag::BitsPerSample, bits).unwrap();
            page.write_tag(Tag::Compression, packed.to_u16()).unwrap();
            page.write_tag(Tag::PhotometricInterpretation, colors.to_u16()).unwrap();
            page.write_tag(Tag::StripOffsets, at).unwrap();
            page.write_tag(Tag::SamplesPerPixel, u16::try_from(bits.len()).unwrap()).unwrap();
            page.write_tag(Tag::RowsPerStrip, height).unwrap();
            page.write_tag(Tag::StripByteCounts, u32::try_from(strip.len()).unwrap()).unwrap();
            for (tag, value) in facts {
                page.write_tag(*tag, *value).unwrap();
            }
            page.finish().unwrap();
        }
        file.into_inner()
    }

    fn opened(png: &[u8]) -> RgbImage {
        image::load_from_memory_with_format(png, ImageFormat::Png).unwrap().to_rgb8()
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut jpeg = Vec::new();
        let orange = RgbImage::from_pixel(width, height, Rgb([230, 120, 20]));
        orange.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 95)).unwrap();
        jpeg
    }

    #[test]
    fn each_page_is_a_picture_of_its_own() {
        for packed in
            [Compression::Uncompressed, Compression::Lzw, Compression::Packbits, Compression::Deflate(Default::default())]
        {
            let bytes = scan(3, packed);
            assert_eq!(pages(&bytes), Scan { pages: 3, more: false });
            for number in 1..=3_u8 {
                let picture = opened(&page(&bytes, u32::from(number)).unwrap());
                assert_eq!((picture.dimensions(), picture.get_pixel(20, 30)[0]), ((40, 60), 250 - 10 * (number - 1)));
            }
            assert_eq!(page(&bytes, 0), Err(Unfit::NoPicture));
            assert_eq!(page(&bytes, 4), Err(Unfit::Broken));
        }
    }

    #[test]
    fn more_pages_than_are_shown_are_told_of() {
        let bytes = scan(22, Compression::Lzw);
        assert_eq!(pages(&bytes), Scan { pages: 20, more: true });
        assert!(page(&bytes, 20).is_ok());
        assert_eq!(page(&bytes, 21), Err(Unfit::NoPicture));
    }

    #[test]
    fn a_large_page_is_made_smaller() {
        let mut file = Cursor::new(Vec::new());
        let dots = vec![7_u8; 3000 * 300 * 3];
        TiffEncoder::new(&mut file).unwrap().with_compression(Compression::Lzw).write_image::<RGB8>(3000, 300, &dots).unwrap();
        let picture = opened(&page(&file.into_inner(), 1).unwrap());
        assert_eq!((picture.dimensions(), picture.get_pixel(9, 9).0), ((2400, 240), [7, 7, 7]));
    }

    /// ITU-T T.6: a row of 4 white, 8 black and 4 white points, and seven rows like the one above them.
    fn fax() -> Vec<u8> {
        let same = "111".repeat(7);
        let bits = ["001", "1011", "000101", "1", same.as_str(), "000000000001", "000000000001"].concat();
        bits.as_bytes()
            .chunks(8)
            .map(|part| part.iter().enumerate().map(|(at, bit)| if *bit == b'1' { 0x80_u8 >> at } else { 0 }).sum())
            .collect()
    }

    #[test]
    fn a_fax_is_black_on_white_in_each_way_of_writing_it() {
        let turned: Vec<u8> = fax().into_iter().map(u8::reverse_bits).collect();
        let (lowest_first, all_rows) = ((Tag::FillOrder, 2), (Tag::RowsPerStrip, u32::MAX));
        for (strip, facts) in [
            (fax(), vec![]),
            (fax(), vec![(Tag::FillOrder, 1), all_rows]),
            (turned.clone(), vec![lowest_first]),
            (turned, vec![lowest_first, all_rows]),
        ] {
            let bytes = told((16, 8), FAX, &[1], &strip, &facts);
            assert_eq!(pages(&bytes), Scan { pages: 1, more: false });
            let picture = opened(&page(&bytes, 1).unwrap());
            for row in 0..8 {
                let points: Vec<u8> = (0..16).map(|at| picture.get_pixel(at, row)[0]).collect();
                assert_eq!(points, [[255; 4], [0; 4], [0; 4], [255; 4]].concat(), "{row} {facts:?}");
            }
        }
    }

    #[test]
    fn points_of_few_bits_are_shades_of_grey() {
        let kind = (CompressionMethod::None, PhotometricInterpretation::BlackIsZero);
        for (width, bits, strip, shades) in [
            (3, 4, &[0x0f, 0x80][..], &[0, 255, 136][..]),
            (5, 2, &[0b0001_1011, 0b1000_0000][..], &[0, 85, 170, 255, 170][..]),
            (3, 1, &[0b0100_0000][..], &[0, 255, 0][..]),
        ] {
            let picture = opened(&page(&handmade((width, 1), kind, &[bits], strip), 1).unwrap());
            let points: Vec<u8> = (0..width).map(|at| picture.get_pixel(at, 0)[0]).collect();
            assert_eq!(points, shades, "{bits}");
        }
    }

    #[test]
    fn what_is_packed_or_coloured_in_a_way_that_is_not_known_is_no_scan_that_can_be_shown() {
        use CompressionMethod::{Fax3, Fax4, Huffman, LZW, None};
        use PhotometricInterpretation::{BlackIsZero, RGBPalette, WhiteIsZero};
        for (kind, bits, facts) in [
            ((Fax3, WhiteIsZero), 1, vec![]),
            ((Huffman, WhiteIsZero), 1, vec![]),
            ((Fax4, BlackIsZero), 8, vec![]),
            ((None, RGBPalette), 8, vec![]),
            ((None, BlackIsZero), 1, vec![(Tag::FillOrder, 2)]),
            ((LZW, BlackIsZero), 4, vec![(Tag::Predictor, 2)]),
            ((None, BlackIsZero), 8, vec![(Tag::SampleFormat, 2)]),
            ((None, BlackIsZero), 32, vec![]),
        ] {
            let bytes = told((8, 8), kind, &[bits], &[0; 8 * 8 * 4], &facts);
            assert_eq!((pages(&bytes), page(&bytes, 1)), (Scan::default(), Err(Unfit::Broken)), "{kind:?} {bits} {facts:?}");
        }
    }

    #[test]
    fn a_file_of_the_large_kind_is_opened_too() {
        let mut file = Cursor::new(Vec::new());
        TiffEncoder::new_big(&mut file).unwrap().write_image::<Gray8>(8, 8, &[9; 64]).unwrap();
        let bytes = file.into_inner();
        assert_eq!(pages(&bytes), Scan { pages: 1, more: false });
        assert_eq!(opened(&page(&bytes, 1).unwrap()).get_pixel(3, 3).0, [9, 9, 9]);
    }

    #[test]
    fn pages_before_one_that_cannot_be_opened_are_shown_and_the_rest_told_of() {
        let mut file = Cursor::new(Vec::new());
        {
            let mut tiff = TiffEncoder::new(&mut file).unwrap();
            tiff.write_image::<Gray8>(8, 8, &[9; 64]).unwrap();
            tiff.write_image::<Gray32Float>(8, 8, &[0.5; 64]).unwrap();
        }
        let bytes = file.into_inner();
        assert_eq!(pages(&bytes), Scan { pages: 1, more: true });
        assert!(page(&bytes, 1).is_ok());
        assert_eq!(page(&bytes, 2), Err(Unfit::Broken));
    }

    #[test]
    fn a_jpeg_within_keeps_its_colours() {
        let strip = jpeg(48, 32);
        let kind = (CompressionMethod::ModernJPEG, PhotometricInterpretation::YCbCr);
        let picture = opened(&page(&handmade((48, 32), kind, &[8, 8, 8], &strip), 1).unwrap());
        let [red, green, blue] = picture.get_pixel(20, 20).0;
        assert!(red.abs_diff(230) < 8 && green.abs_diff(120) < 8 && blue.abs_diff(20) < 8, "{red} {green} {blue}");
        // One that says that it is far larger than its page is not opened.
        let mut large = strip;
        let frame = large.windows(2).position(|part| part == [0xff, 0xc0]).unwrap();
        large[frame + 5..frame + 9].copy_from_slice(&[0x3f, 0xff, 0x3f, 0xff]);
        assert_eq!(page(&handmade((48, 32), kind, &[8, 8, 8], &large), 1), Err(Unfit::TooLarge));
    }

    #[test]
    fn inks_become_light() {
        assert_eq!(of_inks(&[0, 0, 0, 0, 255, 0, 0, 0, 9, 9, 9, 255]), [255, 255, 255, 0, 255, 255, 0, 0, 0]);
        assert_eq!(of_video(&[255, 128, 128, 0, 128, 128]), [255, 255, 255, 0, 0, 0]);
    }

    #[test]
    fn a_flood_of_pixels_is_refused_before_it_is_opened() {
        for claims in [(60_000, 60_000), (10_000, 10_000), (1, 60_000), (u32::MAX, u32::MAX)] {
            let bytes = handmade(claims, FAX, &[1], &[0xff; 8]);
            assert_eq!(pages(&bytes), Scan::default());
            assert_eq!(page(&bytes, 1), Err(Unfit::TooLarge), "{claims:?}");
        }
        let many = handmade((8, 8), (CompressionMethod::None, PhotometricInterpretation::RGB), &[8; 9], &[0; 8 * 8 * 9]);
        assert_eq!(page(&many, 1), Err(Unfit::TooLarge));
    }

    #[test]
    fn a_part_that_is_longer_than_its_file_is_refused() {
        let mut bytes = handmade((8, 8), (CompressionMethod::LZW, PhotometricInterpretation::BlackIsZero), &[8], &[0x80; 9]);
        assert!(page(&bytes, 1).is_err());
        // The last entry of the page says how long the strip is.
        let entry = bytes.windows(2).rposition(|part| part == 279_u16.to_ne_bytes()).unwrap();
        bytes[entry + 8..entry + 12].copy_from_slice(&1_000_000_u32.to_ne_bytes());
        assert_eq!(page(&bytes, 1), Err(Unfit::Broken));
    }

    #[test]
    fn a_file_that_ends_too_soon_is_unreadable_and_never_more() {
        let bytes = scan(2, Compression::Lzw);
        for end in 0..bytes.len() {
            let part = &bytes[..end];
            assert!(pages(part).pages <= 2);
            assert!(page(part, 2).is_err(), "{end}");
        }
        for other in [&b""[..], b"II*\0", b"MM\0*\0\0\0\x08", b"%PDF-1.7", b"GIF89a"] {
            assert_eq!((pages(other), page(other, 1)), (Scan::default(), Err(Unfit::Broken)));
        }
    }

    #[test]
    fn pages_that_go_round_in_a_ring_come_to_an_end() {
        let mut bytes = scan(1, Compression::Uncompressed);
        let first = bytes[4..8].to_vec();
        let end = bytes.len() - 4;
        assert_eq!(bytes[end..], [0; 4], "no page follows");
        bytes[end..].copy_from_slice(&first);
        assert!(pages(&bytes).pages <= 1);
        assert!(page(&bytes, 2).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_spoilt_scan_is_a_picture_or_refused(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
            let kind = (CompressionMethod::ModernJPEG, PhotometricInterpretation::YCbCr);
            let whole = [
                scan(3, Compression::Uncompressed),
                scan(3, Compression::Lzw),
                handmade((24, 16), kind, &[8, 8, 8], &jpeg(24, 16)),
                handmade((16, 8), FAX, &[1], &fax()),
                told((16, 8), FAX, &[1], &fax(), &[(Tag::FillOrder, 2), (Tag::RowsPerStrip, u32::MAX)]),
            ];
            for mut bytes in whole {
                for (place, byte) in &places {
                    let at = place.index(bytes.len());
                    bytes[at] = *byte;
                }
                let seen = pages(&bytes);
                prop_assert!(seen.pages <= MOST_PAGES);
                for number in 1..=3 {
                    if let Ok(png) = page(&bytes, number) {
                        let picture = opened(&png);
                        prop_assert!(picture.width() <= LARGE && picture.height() <= LARGE);
                    }
                }
            }
        }
    }
}
