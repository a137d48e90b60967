#pragma once

#include <zlib.h>

/// `deflateInit2` is a macro, which Swift does not import. 16 more window bits make it write gzip.
static inline int deploykit_deflate_init_gzip(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}

/// `inflateInit2` is a macro too. 16 more window bits make it read gzip.
static inline int deploykit_inflate_init_gzip(z_streamp stream) {
    return inflateInit2(stream, MAX_WBITS + 16);
}
