#pragma once

#include "fragments.h"

enum {
  /// Groups of 16 products that are on their way into shared memory.
  DENSE_STAGES = 3,
  /// Words of a stage: 128 rows of 16 gradients, and 16 × 64 weights, high and low.
  DENSE_GRADIENT_WORDS = BLOCK_ROWS * 16,
  DENSE_WEIGHT_WORDS = 2 * (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS,
  DENSE_STAGE_WORDS = DENSE_GRADIENT_WORDS + DENSE_WEIGHT_WORDS,
};

/// Where four gradients of a row lie in shared memory, so that the eight lanes that read at once meet different banks.
GPU_INLINE u32 gradient_place(u32 row, u32 quarter) { return row * 16 + 4 * (quarter ^ (row / 2 % 2 * 2)); }

/// Begins to copy 16 gradients of each row and their weights.
GPU_INLINE void copy_dense(
  const gpu_dense_product &given, u32 *target, u32 step, u32 steps, u32 stepsOfTap, u32 tiles, u32 firstTile)
{
  if (step < steps) {
    const u32 tap = step / stepsOfTap, first = step % stepsOfTap * 16;
    for (u32 piece = thread_index(); piece < BLOCK_ROWS * 4; piece += PRODUCT_THREADS) {
      const u32 inside = piece / 4, row = block_index() * BLOCK_ROWS + inside;
      int pixel = row < given.rows ? (int)row : -1;
      if (pixel >= 0 && given.is_convolution) pixel = neighbour(row, tap, given.height, given.width);
      const u32 channel = first + 4 * (piece % 4);
      const u32 stride = channel_stride(given.outputs);
      const bool isThere = pixel >= 0 && channel < stride;
      copy_ahead(
        target + gradient_place(inside, piece % 4),
        given.gradients + (isThere ? (u64)pixel * stride + channel : 0), isThere);
    }
    enum { PIECE = (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS };
    for (u32 word = 4 * thread_index(); word < DENSE_WEIGHT_WORDS; word += 4 * PRODUCT_THREADS) {
      const u64 piece = (u64)tap * ceiling_of(given.outputs, WARP) * 4 + step % stepsOfTap * 2 + word / PIECE;
      copy_ahead(
        target + DENSE_GRADIENT_WORDS + word,
        given.packed + (piece * tiles + firstTile) * FRAGMENT_WORDS + word % PIECE, true);
    }
  }
  end_copies();
}

/// Gradients [rows, taps · outputs] times weights: the gradient of what came in.
template <bool isHalf> GPU_INLINE void multiply_gradients(const gpu_dense_product &given, u32 *shared)
{
  const u32 stepsOfTap = ceiling_of(given.outputs, 16), steps = given.taps * stepsOfTap;
  const u32 tiles = ceiling_of(given.columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 firstTile = block_column() * (BLOCK_COLUMNS / 8);
  const u32 warpRow = warp / 2 * (16 * WARP_ROW_TILES), firstRow = block_index() * BLOCK_ROWS + warpRow;
  const u32 warpTile = warp % 2 * WARP_COLUMN_TILES;
  float sums[WARP_ROW_TILES][WARP_COLUMN_TILES][4] = {};

  for (u32 stage = 0; stage < DENSE_STAGES - 1; stage++) {
    copy_dense(given, shared + stage * DENSE_STAGE_WORDS, stage, steps, stepsOfTap, tiles, firstTile);
  }
  for (u32 step = 0; step < steps; step++) {
    await_copies<DENSE_STAGES - 2>();
    barrier();
    const u32 next = step + DENSE_STAGES - 1;
    copy_dense(
      given, shared + next % DENSE_STAGES * DENSE_STAGE_WORDS, next, steps, stepsOfTap, tiles, firstTile);
    const u32 *gradients = shared + step % DENSE_STAGES * DENSE_STAGE_WORDS;
    const u32 *weights = gradients + DENSE_GRADIENT_WORDS;
    u32 high[WARP_ROW_TILES][4], low[WARP_ROW_TILES][4];
    GPU_UNROLL
    for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
      GPU_UNROLL
      for (int part = 0; part < 4; part++) {
        const u32 row = warpRow + 16 * tile + lane / 4 + part % 2 * 8;
        const u32 *two = gradients + gradient_place(row, part / 2 * 2 + lane % 4 / 2) + lane % 2 * 2;
        high[tile][part] = high_halves(two[0], two[1]);
        low[tile][part] = low_halves(two[0], two[1]);
      }
    }
    GPU_UNROLL
    for (int column = 0; column < WARP_COLUMN_TILES; column++) {
      if (8 * (firstTile + warpTile + column) >= given.columns) continue;
      const u32 *fragment = weights + (warpTile + column) * FRAGMENT_WORDS + 2 * lane;
      const u32 upper[2] = {fragment[0], fragment[1]};
      const u32 *rest = fragment + (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS;
      const u32 lower[2] = {rest[0], rest[1]};
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
        if (firstRow + 16 * tile >= given.rows) continue;
        multiply_add(sums[tile][column], high[tile], upper);
        if (isHalf) continue;
        multiply_add(sums[tile][column], high[tile], lower);
        multiply_add(sums[tile][column], low[tile], upper);
      }
    }
  }

  const float factor =
    scaled(scaled(given.factor, -scale_exponent(*given.largest)), -*given.gradient_exponent);
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int column = 0; column < WARP_COLUMN_TILES; column++) {
      GPU_UNROLL
      for (int value = 0; value < 4; value++) {
        const u32 row = firstRow + 16 * tile + lane / 4 + value / 2 * 8;
        const u32 place = 8 * (firstTile + warpTile + column) + 2 * (lane % 4) + value % 2;
        if (row >= given.rows || place >= given.columns) continue;
        const u32 tap = place / given.channels, channel = place % given.channels;
        const u32 taps = given.columns / given.channels;
        bool isKept = true;
        if (given.mask) {
          const u64 kept = (row % given.samples * taps + tap) * ceiling_of(given.channels, WARP);
          isKept = given.mask[kept + channel / WARP] >> channel % WARP & 1;
        }
        given.output[((u64)row * taps + tap) * channel_stride(given.channels) + channel] =
          isKept ? sums[tile][column][value] * factor : 0.0f;
      }
    }
  }
}

GPU_KERNEL(gpu_multiply_gradients, gpu_dense_product, PRODUCT_THREADS)
{
  GPU_SHARED(u32, shared, DENSE_STAGES *DENSE_STAGE_WORDS);
  multiply_gradients<false>(given, shared);
}

GPU_KERNEL(gpu_multiply_gradients_half, gpu_dense_product, PRODUCT_THREADS)
{
  GPU_SHARED(u32, shared, DENSE_STAGES *DENSE_STAGE_WORDS);
  multiply_gradients<true>(given, shared);
}
