#pragma once
#include <zlib.h>

// inflateInit2 is a macro, which Swift cannot import. 15 + 32: the largest window, gzip or zlib header.
static inline int tocsin_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

// deflateInit2 is a macro too. 15 + 16: the largest window, a gzip header without a time.
static inline int tocsin_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
