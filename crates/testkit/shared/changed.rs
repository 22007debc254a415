//! What fuzz targets are fed with in ordinary tests: what is kept, and changes of it that one seed decides, so that every run is the same.

/// What stands in the way of readers of files.
const WORDS: [&[u8]; 16] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"<",
    b"]]>",
    b"&#0;",
    b"null",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"\n",
    b"\t",
    b"\0",
    b"\xff",
];
/// The longest part that is taken away or stands there again, in bytes.
const LONGEST: usize = 64;

/// A row of numbers (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// One of so many.
    fn below(&mut self, many: usize) -> usize {
        usize::try_from((self.draw() >> 16) % u64::try_from(many.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.draw().to_le_bytes()[5]
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let until = at + self.below((bytes.len() - at).min(LONGEST) + 1);
        match self.below(6) {
            0 => bytes.insert(at, self.byte()),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..until)),
            3 => {
                let again = bytes[at..until].to_vec();
                drop(bytes.splice(at..at, again));
            }
            4 => {
                let word = WORDS[self.below(WORDS.len())];
                drop(bytes.splice(at..at, word.iter().copied()));
            }
            _ => {
                let byte = self.byte();
                bytes.iter_mut().skip(at).take(1).for_each(|one| *one = byte);
            }
        }
    }
}

/// Does it with nothing, with each of what is kept, and so many times with a change of one of these, or with any bytes.
pub fn over(kept: &[&[u8]], times: usize, run: fn(&[u8])) {
    run(b"");
    for one in kept {
        run(one);
    }
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for turn in 0..times {
        let mut bytes = match kept {
            [] => Vec::new(),
            all if turn % 8 > 0 => all[numbers.below(all.len())].to_vec(),
            _ => Vec::new(),
        };
        if bytes.is_empty() {
            let many = numbers.below(256);
            bytes.extend((0..many).map(|_| numbers.byte()));
        }
        for _ in 0..=numbers.below(4) {
            numbers.change(&mut bytes);
        }
        run(&bytes);
    }
}
