//! The published examples of each algorithm, through the calls that SQLCipher makes.

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// SQLCipher's `sqlcipher_openssl_cipher`, call by call.
fn cipher(encrypt: c_int, key: &[u8], iv: &[u8], from: *const u8, out: *mut u8, length: usize) -> bool {
    let mut state = stewartry_cipher_new();
    let (mut written, mut last) = (-1, -1);
    // SAFETY: the keys have their lengths, and the callers' buffers `length`.
    let calls = unsafe {
        [
            stewartry_cipher_init(
                Some(&mut *state),
                Some(stewartry_aes_256_cbc()),
                ptr::null_mut(),
                ptr::null(),
                ptr::null(),
                encrypt,
            ),
            stewartry_cipher_padding(Some(&mut *state), 0),
            stewartry_cipher_init(Some(&mut *state), None, ptr::null_mut(), key.as_ptr(), iv.as_ptr(), encrypt),
            stewartry_cipher_update(Some(&mut *state), out, Some(&mut written), from, length as c_int),
            stewartry_cipher_final(Some(&mut *state), ptr::null_mut(), Some(&mut last)),
        ]
    };
    stewartry_cipher_free(Some(state));
    calls == [DONE; 5] && written == length as c_int && last == 0
}

/// NIST SP 800-38A, F.2.5 and F.2.6.
#[test]
fn the_cipher_gives_what_the_standard_prints() {
    let key = bytes("603deb1015ca71be2b73aef0857d7781 1f352c073b6108d72d9810a30914dff4");
    let iv = bytes("000102030405060708090a0b0c0d0e0f");
    let plain = bytes(
        "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
         30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710",
    );
    let secret = bytes(
        "f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d
         39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b",
    );
    let mut out = vec![0; plain.len()];
    assert!(cipher(1, &key, &iv, plain.as_ptr(), out.as_mut_ptr(), out.len()));
    assert_eq!(out, secret);
    let place = out.as_mut_ptr();
    assert!(cipher(0, &key, &iv, place, place, plain.len()), "in place, as SQLCipher decrypts");
    assert_eq!(out, plain);
    assert!(!cipher(1, &key, &iv, plain.as_ptr(), out.as_mut_ptr(), 17), "no part of a block");
}

/// SQLCipher's `sqlcipher_openssl_hmac`, call by call.
fn hmac(digest: &str, key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let parameter = Parameter {
        key: c"digest".as_ptr(),
        data_type: 4,
        data: digest.as_ptr().cast(),
        data_size: digest.len(),
        return_size: 0,
    };
    // SAFETY: every pointer is to a slice of the length beside it.
    unsafe {
        let mut state = stewartry_mac_new(stewartry_mac(ptr::null_mut(), c"HMAC".as_ptr(), ptr::null()))?;
        let begun = stewartry_mac_init(Some(&mut *state), key.as_ptr(), key.len(), Some(&parameter)) == DONE;
        let all = parts.iter().all(|part| stewartry_mac_update(Some(&mut *state), part.as_ptr(), part.len()) == DONE);
        let mut size = 0;
        let sized = stewartry_mac_final(Some(&mut *state), ptr::null_mut(), Some(&mut size), 0) == DONE;
        let (mut code, available) = (vec![0; size], size);
        let finished = stewartry_mac_final(Some(&mut *state), code.as_mut_ptr(), Some(&mut size), available) == DONE;
        stewartry_mac_free(Some(state));
        (begun && all && sized && finished).then_some(code)
    }
}

/// RFC 4231, cases 2 and 6 (a key longer than a block), whole and in two parts.
#[test]
fn codes_of_authentication_are_those_of_the_rfc() {
    let text = b"what do ya want for nothing?";
    let sha256 = bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    let sha512 = bytes(
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd
         caeab1a34d4a6b4b636e070a38bce737",
    );
    for parts in [&[&text[..]][..], &[&text[..5], &text[5..]]] {
        assert_eq!(hmac("sha256", b"Jefe", parts), Some(sha256.clone()));
        assert_eq!(hmac("sha512", b"Jefe", parts), Some(sha512.clone()));
    }
    let long = bytes(
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e52
         95e64f73f63f0aec8b915a985d786598",
    );
    assert_eq!(hmac("sha512", &[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]), Some(long));
    assert_eq!(hmac("sha1", b"Jefe", &[text]), None, "refused, not answered by another digest");
}

/// RFC 7914, section 11, and the example that everybody prints for SHA-512.
#[test]
fn keys_from_passphrases_are_those_that_others_derive() {
    let derive = |digest, passphrase: &str, salt: &str, rounds, length: usize| {
        let mut key = vec![0; length];
        let (lengths, out) = ((passphrase.len() as c_int, salt.len() as c_int), key.as_mut_ptr());
        // SAFETY: every pointer is to a slice of the length beside it.
        let outcome = unsafe {
            let (passphrase, salt) = (passphrase.as_ptr(), salt.as_ptr());
            stewartry_pbkdf2(passphrase, lengths.0, salt, lengths.1, rounds, Some(digest), length as c_int, out)
        };
        (outcome == DONE).then_some(key)
    };
    let sha256 = bytes(
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
         49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
    );
    assert_eq!(derive(stewartry_sha256(), "passwd", "salt", 1, 64), Some(sha256));
    let sha512 = bytes(
        "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53cf76cab2868a39b9f7840edce4fef5a82
         be67335c77a6068e04112754f27ccf4e",
    );
    assert_eq!(derive(stewartry_sha512(), "password", "salt", 2, 64), Some(sha512));
    assert_eq!(derive(stewartry_sha1(), "password", "salt", 2, 20), None);
    assert_eq!(derive(stewartry_sha512(), "password", "salt", 0, 64), None);
    assert_eq!(
        [stewartry_sha1(), stewartry_sha256(), stewartry_sha512()].map(|it| stewartry_digest_size(Some(it))),
        [20, 32, 64]
    );
}

#[test]
fn randomness_fills_all_of_its_room_and_never_the_same_way() {
    let draw = || {
        let mut out = [0; 64];
        // SAFETY: 64 octets.
        assert_eq!(unsafe { stewartry_random(out.as_mut_ptr(), 64) }, DONE);
        out
    };
    let (one, other) = (draw(), draw());
    assert_ne!(one, other);
    assert!(one.chunks(16).all(|part| part != [0; 16]));
    // SAFETY: nothing is written.
    assert_eq!(unsafe { stewartry_random(ptr::null_mut(), 8) }, FAILED);
    // SAFETY: nothing is written.
    assert_eq!(unsafe { stewartry_random([0; 1].as_mut_ptr(), -1) }, FAILED);
}

#[test]
fn calls_out_of_their_order_fail() {
    let (mut size, mut out) = (0, [0; 64]);
    // SAFETY: the buffers have the lengths beside them.
    unsafe {
        let mut mac = stewartry_mac_new(Some(&MacKind)).unwrap();
        assert_eq!(stewartry_mac_update(Some(&mut *mac), out.as_ptr(), 64), FAILED);
        assert_eq!(stewartry_mac_final(Some(&mut *mac), out.as_mut_ptr(), Some(&mut size), 64), FAILED);
        let mut written = 0;
        let mut cipher = stewartry_cipher_new();
        let place = out.as_mut_ptr();
        assert_eq!(stewartry_cipher_update(Some(&mut *cipher), place, Some(&mut written), place, 64), FAILED);
        assert_eq!(stewartry_cipher_padding(Some(&mut *cipher), 1), FAILED);
        assert!(stewartry_mac(ptr::null_mut(), c"CMAC".as_ptr(), ptr::null()).is_none());
        assert!(stewartry_mac(ptr::null_mut(), ptr::null(), ptr::null()).is_none());
        assert_eq!(stewartry_mac_init(None, out.as_ptr(), 64, None), FAILED);
    }
    assert_eq!(out, [0; 64]);
}
