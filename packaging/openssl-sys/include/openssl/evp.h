/*
 * What SQLCipher's provider `crypto_openssl.c` asks of OpenSSL, and nothing else: the functions are in ../../src/lib.rs.
 * Should a later SQLCipher ask for more, it fails to compile or to link here.
 *
 * The names that the linker sees are our own, so that no OpenSSL which the system brings along is ever taken for this one.
 */
#ifndef STEWARTRY_OPENSSL_EVP_H
#define STEWARTRY_OPENSSL_EVP_H

#include <stddef.h>

typedef struct stewartry_digest EVP_MD;
typedef struct stewartry_cipher EVP_CIPHER;
typedef struct stewartry_cipher_state EVP_CIPHER_CTX;
typedef struct stewartry_mac EVP_MAC;
typedef struct stewartry_mac_state EVP_MAC_CTX;
typedef struct engine_st ENGINE;

/* A parameter by name; the only one that is passed names the digest of an HMAC. */
typedef struct {
  const char *key;
  unsigned int data_type;
  const void *data;
  size_t data_size;
  size_t return_size;
} OSSL_PARAM;
#define OSSL_PARAM_UTF8_STRING 4
#define OSSL_PARAM_END { NULL, 0, NULL, 0, 0 }

/* Randomness is the operating system's: what is added by hand is not needed, and is not used. */
#define RAND_bytes stewartry_random
int RAND_bytes(unsigned char *out, int length);
#define RAND_add(buffer, length, entropy) ((void)(buffer), (void)(length), (void)(entropy))

/* Digests */
#define EVP_sha1 stewartry_sha1
#define EVP_sha256 stewartry_sha256
#define EVP_sha512 stewartry_sha512
#define EVP_MD_size stewartry_digest_size
const EVP_MD *EVP_sha1(void);
const EVP_MD *EVP_sha256(void);
const EVP_MD *EVP_sha512(void);
int EVP_MD_size(const EVP_MD *digest);

/* Codes of authentication: a fetched HMAC, and one that is being computed */
#define EVP_MAC_fetch stewartry_mac
#define EVP_MAC_free(mac) ((void)(mac))
#define EVP_MAC_CTX_new stewartry_mac_new
#define EVP_MAC_CTX_free stewartry_mac_free
#define EVP_MAC_init stewartry_mac_init
#define EVP_MAC_update stewartry_mac_update
#define EVP_MAC_final stewartry_mac_final
EVP_MAC *EVP_MAC_fetch(void *library, const char *algorithm, const char *properties);
EVP_MAC_CTX *EVP_MAC_CTX_new(EVP_MAC *mac);
void EVP_MAC_CTX_free(EVP_MAC_CTX *state);
int EVP_MAC_init(EVP_MAC_CTX *state, const unsigned char *key, size_t length, const OSSL_PARAM *parameters);
int EVP_MAC_update(EVP_MAC_CTX *state, const unsigned char *data, size_t length);
int EVP_MAC_final(EVP_MAC_CTX *state, unsigned char *out, size_t *written, size_t room);

/* Keys from passphrases */
#define PKCS5_PBKDF2_HMAC stewartry_pbkdf2
int PKCS5_PBKDF2_HMAC(const char *passphrase, int length, const unsigned char *salt, int salt_length, int rounds,
                      const EVP_MD *digest, int key_length, unsigned char *key);

/* The cipher: AES-256 in CBC, whole blocks */
#define EVP_aes_256_cbc stewartry_aes_256_cbc
#define EVP_CIPHER_CTX_new stewartry_cipher_new
#define EVP_CIPHER_CTX_free stewartry_cipher_free
#define EVP_CIPHER_CTX_set_padding stewartry_cipher_padding
#define EVP_CipherInit_ex stewartry_cipher_init
#define EVP_CipherUpdate stewartry_cipher_update
#define EVP_CipherFinal_ex stewartry_cipher_final
const EVP_CIPHER *EVP_aes_256_cbc(void);
EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *state);
int EVP_CIPHER_CTX_set_padding(EVP_CIPHER_CTX *state, int padding);
int EVP_CipherInit_ex(EVP_CIPHER_CTX *state, const EVP_CIPHER *cipher, ENGINE *engine, const unsigned char *key,
                      const unsigned char *iv, int encrypt);
int EVP_CipherUpdate(EVP_CIPHER_CTX *state, unsigned char *out, int *written, const unsigned char *in, int length);
int EVP_CipherFinal_ex(EVP_CIPHER_CTX *state, unsigned char *out, int *written);
#define NID_aes_256_cbc 427
#define EVP_CIPHER_nid(cipher) ((void)(cipher), NID_aes_256_cbc)
#define EVP_CIPHER_key_length(cipher) ((void)(cipher), 32)
#define EVP_CIPHER_iv_length(cipher) ((void)(cipher), 16)
#define EVP_CIPHER_block_size(cipher) ((void)(cipher), 16)
#define OBJ_nid2sn(nid) ((void)(nid), "AES-256-CBC")

/* Errors: a call that fails says so by what it returns, and keeps no list. */
#define ERR_get_error() 0UL
#define ERR_error_string(error, buffer) ((void)(error), (void)(buffer), "")
#define OPENSSL_VERSION 0
#define OpenSSL_version(what) ((void)(what), "RustCrypto")

#endif
