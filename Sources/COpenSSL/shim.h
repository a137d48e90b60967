#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

/// The secret part of an Ed25519 key, of its 32 bytes; NULL when they are none.
static inline EVP_PKEY *deploykit_ed25519_private(const unsigned char *bytes) {
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, bytes, 32);
}

/// The public part of an Ed25519 key, of its 32 bytes; NULL when they are none.
static inline EVP_PKEY *deploykit_ed25519_public(const unsigned char *bytes) {
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, 32);
}
