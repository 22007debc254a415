//! How a program ends that has opened a database.
#![expect(unsafe_code, reason = "SQLite and libcrypto are in C")]

use std::ffi::c_int;
use std::process::Command;
use std::ptr;

use libsqlite3_sys::{SQLITE_OK, SQLITE_OPEN_CREATE, SQLITE_OPEN_MEMORY, SQLITE_OPEN_READWRITE, sqlite3_close, sqlite3_open_v2};

unsafe extern "C" {
    fn OPENSSL_atexit(handler: extern "C" fn()) -> c_int;
}

extern "C" fn libcrypto_is_freed() {
    std::process::abort();
}

#[test]
fn libcrypto_is_not_freed_while_threads_may_close_their_databases() {
    const ENDS: &str = "SELFHEAL_TEST_ENDS";
    if std::env::var_os(ENDS).is_some() {
        let mut database = ptr::null_mut();
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
        // SAFETY: a C string, a place for the handle, which is closed once; and a handler that lives as long as the program.
        unsafe {
            assert_eq!(sqlite3_open_v2(c":memory:".as_ptr(), &raw mut database, flags, ptr::null()), SQLITE_OK);
            assert_eq!(sqlite3_close(database), SQLITE_OK);
            assert_eq!(OPENSSL_atexit(libcrypto_is_freed), 1);
        }
        return;
    }
    let ended = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "libcrypto_is_not_freed_while_threads_may_close_their_databases"])
        .env(ENDS, "yes")
        .output()
        .unwrap();
    assert!(ended.status.success(), "{:?}: {}", ended.status, String::from_utf8_lossy(&ended.stderr));
}
