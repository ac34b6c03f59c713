#pragma once
#include <stddef.h>
#include <stdint.h>

/// Decompresses a frame of LZ4 or Zstandard of at most 4 MiB, or a deflate stream of any size, into memory that each call
/// uses again; a stream's content overwrites itself every 64 KiB, so that it stays in the processor's cache.
///
/// @param library "lz4", "zstd" or "zlib".
/// @param stored the frame or stream.
/// @param stored_count its size in bytes.
/// @return the size of the content in bytes; -1 if it cannot be decompressed.
ptrdiff_t decompress(const char *library, const uint8_t *stored, size_t stored_count);
