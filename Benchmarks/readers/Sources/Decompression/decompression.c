#include "decompression.h"

#include <lz4frame.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { piece_bytes = 1 << 16 };
static uint8_t content[1 << 22];

static ptrdiff_t decompress_lz4(const uint8_t *stored, size_t stored_count) {
  static LZ4F_dctx *context;
  if (!context && LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return -1;
  size_t source_count = stored_count, target_count = sizeof content;
  // 0 at the end of the frame.
  return LZ4F_decompress(context, content, &target_count, stored, &source_count, NULL) == 0 ? (ptrdiff_t)target_count : -1;
}

static ptrdiff_t decompress_zstd(const uint8_t *stored, size_t stored_count) {
  static ZSTD_DCtx *context;
  if (!context && !(context = ZSTD_createDCtx())) return -1;
  size_t count = ZSTD_decompressDCtx(context, content, sizeof content, stored, stored_count);
  return ZSTD_isError(count) ? -1 : (ptrdiff_t)count;
}

static ptrdiff_t decompress_zlib(const uint8_t *stored, size_t stored_count) {
  z_stream stream = {.next_in = (Bytef *)stored, .avail_in = (uInt)stored_count};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return -1;
  ptrdiff_t written = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = content;
    stream.avail_out = piece_bytes;
    code = inflate(&stream, Z_NO_FLUSH);
    written += piece_bytes - (ptrdiff_t)stream.avail_out;
  }
  inflateEnd(&stream);
  return code == Z_STREAM_END ? written : -1;
}

ptrdiff_t decompress(const char *library, const uint8_t *stored, size_t stored_count) {
  if (strcmp(library, "lz4") == 0) return decompress_lz4(stored, stored_count);
  if (strcmp(library, "zstd") == 0) return decompress_zstd(stored, stored_count);
  return decompress_zlib(stored, stored_count);
}
