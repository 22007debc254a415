//! SQLite as SQLCipher makes it: the same, and encrypted where a database has a key (docs/adr/0051-encryption-at-rest.md). sqlx knows it
//! by the name of this crate.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Once;

pub use sqlcipher::*;

// Of libcrypto, which SQLCipher is linked with: <https://docs.openssl.org/3.0/man3/OPENSSL_init_crypto/>.
const OPENSSL_INIT_NO_ATEXIT: u64 = 0x0008_0000;

#[expect(unsafe_code, reason = "libcrypto is in C")]
unsafe extern "C" {
    fn OPENSSL_init_crypto(options: u64, settings: *const c_void) -> c_int;
}

/// Opens a database as SQLite's own function does, which this one stands before: by it alone sqlx opens one.
///
/// What libcrypto holds is left to the end of the process. As it would otherwise be, the first use of libcrypto asks for it to be freed when
/// the program ends, without regard to threads: one that was closing its database in that moment freed its share as well, and the
/// process ended with a signal, after all that it had to do was done.
///
/// # Safety
/// As of `sqlite3_open_v2` (<https://sqlite.org/c3ref/open.html>): `filename` is a C string, `database` points to where the handle is put, `vfs`
/// is a C string or null.
#[expect(unsafe_code, reason = "SQLite and libcrypto are in C")]
pub unsafe fn sqlite3_open_v2(filename: *const c_char, database: *mut *mut sqlite3, flags: c_int, vfs: *const c_char) -> c_int {
    static ONCE: Once = Once::new();
    // SAFETY: it takes null for its settings, and may be called by any thread. Where it fails SQLCipher's own first use says so.
    ONCE.call_once(|| {
        unsafe { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, ptr::null()) };
    });
    // SAFETY: what this function asks of its caller.
    unsafe { sqlcipher::sqlite3_open_v2(filename, database, flags, vfs) }
}
