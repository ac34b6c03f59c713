#pragma once

#include "fragments.h"

enum {
  /// Buffers in shared memory: the group of weights in use, and those being copied.
  WEIGHT_STAGES = 3,
  /// Words of a group's weights for a block: two halves of the group, high and low parts, columns of 8.
  GROUP_WORDS = 2 * 2 * (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS,
};

/// Begins to copy a group's weights for a block's columns.
///
/// parts: 2 for high and low halves, 1 for the high ones only.
template <int parts>
GPU_INLINE void copy_weights(u32 *target, const u32 *packed, u32 group, u32 groups, u32 tiles, u32 firstTile)
{
  // The four pieces are the high and low parts of both halves of a group. A thread copies four words of each.
  enum { PIECE = 4 * PRODUCT_THREADS };
  static_assert(GROUP_WORDS == 4 * PIECE, "four pieces");
  if (group < groups) {
    const u32 inside = 4 * thread_index();
    const u32 *source = packed + ((u64)group * 4 * tiles + firstTile) * FRAGMENT_WORDS + inside;
    GPU_UNROLL
    for (u32 piece = 0; piece < 4; piece += 3 - parts) {
      copy_async(target + piece * PIECE + inside, source + (u64)piece * tiles * FRAGMENT_WORDS, true);
    }
  }
  // After the last group of weights, empty groups of copies keep await_copies counting.
  commit_copies();
}

/// A group's spikes, 32 channels of a tap, for the rows of a lane.
template <int planes> struct tap_spikes {
  u32 words[WARP_ROW_TILES][2][planes];
};

template <int planes>
GPU_INLINE void load_spikes(
  const gpu_spike_product &given, const product_row (&rows)[WARP_ROW_TILES][2], u32 tap, u32 word, u32 words,
  tap_spikes<planes> &found)
{
  const int offset = tap_offset(tap, given.is_convolution, given.width);
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int half = 0; half < 2; half++) {
      const product_row &row = rows[tile][half];
      const u32 *bits = given.bits + (u64)(u32)((int)row.pixel + offset) * planes * words + word;
      const bool isInside = tap < given.taps && has_tap(row, tap);
      GPU_UNROLL
      for (int plane = 0; plane < planes; plane++) {
        found.words[tile][half][plane] = isInside ? bits[plane * words] : 0;
      }
    }
  }
}

/// Spikes [rows, taps · inputs] times weights. A block computes 128 rows and 128 columns, a warp 32 and 64 of them.
///
/// parts: 2 for float32, 1 for the high halves only.
template <int planes, int parts> GPU_INLINE void multiply_spikes(const gpu_spike_product &given, u32 *weights)
{
  const u32 words = ceil_div(given.inputs, WARP), groups = given.taps * words;
  const u32 tiles = ceil_div(given.columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 firstTile = block_column() * (BLOCK_COLUMNS / 8);
  const u32 firstRow = block_index() * BLOCK_ROWS + warp / 2 * (16 * WARP_ROW_TILES);
  const u32 warpTile = warp % 2 * WARP_COLUMN_TILES;
  product_row rows[WARP_ROW_TILES][2];
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int half = 0; half < 2; half++) {
      rows[tile][half] = product_row_at(
        firstRow + 16 * tile + lane / 4 + 8 * half, given.rows, given.taps, given.is_convolution, given.height,
        given.width);
    }
  }
  float sums[WARP_ROW_TILES][WARP_COLUMN_TILES][4] = {};

  for (u32 stage = 0; stage < WEIGHT_STAGES - 1; stage++) {
    copy_weights<parts>(weights + stage * GROUP_WORDS, given.packed, stage, groups, tiles, firstTile);
  }
  u32 tap = 0, word = 0;
  tap_spikes<planes> next;
  load_spikes<planes>(given, rows, tap, word, words, next);
  for (u32 group = 0; group < groups; group++) {
    await_copies<WEIGHT_STAGES - 2>();
    barrier();
    const u32 later = group + WEIGHT_STAGES - 1;
    copy_weights<parts>(
      weights + later % WEIGHT_STAGES * GROUP_WORDS, given.packed, later, groups, tiles, firstTile);
    const u32 *own = weights + group % WEIGHT_STAGES * GROUP_WORDS;
    const tap_spikes<planes> spikes = next;
    // The next group's spikes load while this group is multiplied.
    if (++word == words) word = 0, tap++;
    load_spikes<planes>(given, rows, tap, word, words, next);
    u32 pairs[WARP_ROW_TILES][2][4];
    GPU_UNROLL
    for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
      GPU_UNROLL
      for (int row = 0; row < 2; row++) spike_pairs<planes>(spikes.words[tile][row], pairs[tile][row]);
    }
    GPU_UNROLL
    for (int half = 0; half < 2; half++) {
      GPU_UNROLL
      for (int part = 0; part < parts; part++) {
        GPU_UNROLL
        for (int column = 0; column < WARP_COLUMN_TILES; column++) {
          if (may_skip(8 * (firstTile + warpTile + column) >= given.columns)) continue;
          const u32 *fragment =
            own + ((half * 2 + part) * (BLOCK_COLUMNS / 8) + warpTile + column) * FRAGMENT_WORDS + 2 * lane;
          const u32 pair[2] = {fragment[0], fragment[1]};
          GPU_UNROLL
          for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
            if (may_skip(firstRow + 16 * tile >= given.rows)) continue;
            const u32 inputs[4] = {
              pairs[tile][0][2 * half], pairs[tile][1][2 * half], pairs[tile][0][2 * half + 1],
              pairs[tile][1][2 * half + 1]};
            multiply_add(sums[tile][column], inputs, pair);
          }
        }
      }
    }
  }

  const float factor = scaled(scaled(given.factor, spike_scale(planes)), -scale_exponent(*given.largest));
  const u32 stride = channel_stride(given.columns);
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int column = 0; column < WARP_COLUMN_TILES; column++) {
      GPU_UNROLL
      for (int half = 0; half < 2; half++) {
        const u32 row = firstRow + 16 * tile + lane / 4 + 8 * half;
        const u32 outputColumn = 8 * (firstTile + warpTile + column) + 2 * (lane % 4);
        if (row >= given.rows || outputColumn >= stride) continue;
        const float *two = sums[tile][column] + 2 * half;
        store_pair(given.output + (u64)row * stride + outputColumn, two[0] * factor, two[1] * factor);
      }
    }
  }
}

#define GPU_SPIKE_PRODUCT(name, planes, parts) \
  GPU_BOUNDED_KERNEL(name, gpu_spike_product, PRODUCT_THREADS, planes == 1 ? PRODUCT_BLOCKS : 1) \
  { \
    GPU_SHARED(u32, weights, WEIGHT_STAGES *GROUP_WORDS); \
    multiply_spikes<planes, parts>(given, weights); \
  }

GPU_SPIKE_PRODUCT(gpu_multiply_spikes, 1, 2)
GPU_SPIKE_PRODUCT(gpu_multiply_spikes_half, 1, 1)
GPU_SPIKE_PRODUCT(gpu_multiply_means, 4, 2)
GPU_SPIKE_PRODUCT(gpu_multiply_means_half, 4, 1)
