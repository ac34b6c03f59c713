#pragma once

#include "fragments.h"

enum {
  /// Groups of weights that are on their way into shared memory.
  WEIGHT_STAGES = 4,
  /// Words of a group's weights for a block: two halves, two parts, columns of 8.
  GROUP_WORDS = 2 * 2 * (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS,
};

/// Begins to copy a group's weights for a block's columns.
GPU_INLINE void copy_weights(u32 *target, const u32 *packed, u32 group, u32 groups, u32 tiles, u32 firstTile)
{
  enum { PIECE = (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS };
  if (group < groups) {
    for (u32 word = 4 * thread_index(); word < GROUP_WORDS; word += 4 * PRODUCT_THREADS) {
      const u32 piece = word / PIECE, inside = word % PIECE;
      copy_ahead(
        target + word, packed + (((u64)group * 4 + piece) * tiles + firstTile) * FRAGMENT_WORDS + inside, true);
    }
  }
  // A group that is empty keeps the count of those that are awaited.
  end_copies();
}

/// A row's spikes of a group: 32 channels of the pixel that a tap sees, of each plane.
template <int planes>
GPU_INLINE void load_spikes(const gpu_spike_product &given, u32 row, u32 group, u32 words, u32 (&bits)[planes])
{
  const u32 tap = group / words, word = group % words;
  int pixel = -1;
  if (row < given.rows) {
    pixel = given.is_convolution ? neighbour(row, tap, given.height, given.width) : (int)(row * given.taps + tap);
  }
  GPU_UNROLL
  for (int plane = 0; plane < planes; plane++) {
    bits[plane] = pixel < 0 ? 0 : given.bits[((u64)pixel * planes + plane) * words + word];
  }
}

/// Two neighbouring channels' inputs as float16, from bit `shift` on.
template <int planes> GPU_INLINE u32 input_pair(const u32 (&bits)[planes], u32 shift)
{
  if (planes == 1) return spike_pair(bits[0] >> shift);
  u32 sums = 0;
  GPU_UNROLL
  for (int plane = 0; plane < planes; plane++) {
    const u32 two = bits[plane] >> shift;
    sums += (two & 1) << 4 | (two & 2) << 11;
  }
  return mean_pair(sums);
}

/// Spikes [rows, taps · inputs] times weights: a block has 128 rows and 64 columns, a warp 64 and 32.
///
/// parts: 2 for float32, 1 for the high halves alone.
template <int planes, int parts> GPU_INLINE void multiply_spikes(const gpu_spike_product &given, u32 *weights)
{
  const u32 words = ceiling_of(given.inputs, WARP), groups = given.taps * words;
  const u32 tiles = ceiling_of(given.columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 firstTile = block_column() * (BLOCK_COLUMNS / 8);
  const u32 firstRow = block_index() * BLOCK_ROWS + warp / 2 * (16 * WARP_ROW_TILES);
  const u32 warpTile = warp % 2 * WARP_COLUMN_TILES;
  float sums[WARP_ROW_TILES][WARP_COLUMN_TILES][4] = {};

  for (u32 stage = 0; stage < WEIGHT_STAGES - 1; stage++) {
    copy_weights(weights + stage * GROUP_WORDS, given.packed, stage, groups, tiles, firstTile);
  }
  for (u32 group = 0; group < groups; group++) {
    await_copies<WEIGHT_STAGES - 2>();
    barrier();
    const u32 next = group + WEIGHT_STAGES - 1;
    copy_weights(weights + next % WEIGHT_STAGES * GROUP_WORDS, given.packed, next, groups, tiles, firstTile);
    const u32 *own = weights + group % WEIGHT_STAGES * GROUP_WORDS;
    u32 bits[WARP_ROW_TILES][2][planes];
    GPU_UNROLL
    for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
      load_spikes<planes>(given, firstRow + 16 * tile + lane / 4, group, words, bits[tile][0]);
      load_spikes<planes>(given, firstRow + 16 * tile + lane / 4 + 8, group, words, bits[tile][1]);
    }
    GPU_UNROLL
    for (u32 half = 0; half < 2; half++) {
      u32 inputs[WARP_ROW_TILES][4];
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
        const u32 shift = 16 * half + 2 * (lane % 4);
        GPU_UNROLL
        for (int row = 0; row < 2; row++) {
          inputs[tile][row] = input_pair<planes>(bits[tile][row], shift);
          inputs[tile][row + 2] = input_pair<planes>(bits[tile][row], shift + 8);
        }
      }
      GPU_UNROLL
      for (int part = 0; part < parts; part++) {
        GPU_UNROLL
        for (int column = 0; column < WARP_COLUMN_TILES; column++) {
          const u32 *fragment =
            own + ((half * 2 + part) * (BLOCK_COLUMNS / 8) + warpTile + column) * FRAGMENT_WORDS + 2 * lane;
          const u32 pair[2] = {fragment[0], fragment[1]};
          if (8 * (firstTile + warpTile + column) >= given.columns) continue;
          GPU_UNROLL
          for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
            if (firstRow + 16 * tile < given.rows) multiply_add(sums[tile][column], inputs[tile], pair);
          }
        }
      }
    }
  }

  const float factor = scaled(given.factor, -scale_exponent(*given.largest));
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int column = 0; column < WARP_COLUMN_TILES; column++) {
      GPU_UNROLL
      for (int value = 0; value < 4; value++) {
        const u32 row = firstRow + 16 * tile + lane / 4 + value / 2 * 8;
        const u32 place = 8 * (firstTile + warpTile + column) + 2 * (lane % 4) + value % 2;
        const u32 stride = channel_stride(given.columns);
        if (row < given.rows && place < stride) {
          given.output[(u64)row * stride + place] = sums[tile][column][value] * factor;
        }
      }
    }
  }
}

#define GPU_SPIKE_PRODUCT(name, planes, parts) \
  GPU_KERNEL(name, gpu_spike_product, PRODUCT_THREADS) \
  { \
    GPU_SHARED(u32, weights, WEIGHT_STAGES *GROUP_WORDS); \
    multiply_spikes<planes, parts>(given, weights); \
  }

GPU_SPIKE_PRODUCT(gpu_multiply_spikes, 1, 2)
GPU_SPIKE_PRODUCT(gpu_multiply_spikes_half, 1, 1)
GPU_SPIKE_PRODUCT(gpu_multiply_means, 4, 2)
GPU_SPIKE_PRODUCT(gpu_multiply_means_half, 4, 1)
