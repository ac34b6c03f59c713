#pragma once

#include "fragments.h"

enum {
  /// Buffers in shared memory: the step in use, and those being copied.
  DENSE_STAGES = 3,
  /// Words of 128 rows of 16 halves.
  DENSE_TILE_WORDS = BLOCK_ROWS * 8,
  /// Words of 16 × 128 weights.
  DENSE_WEIGHT_WORDS = (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS,
  /// A stage has two tiles and two sets of weights: high and low halves of 16 outputs, or high halves of 32.
  DENSE_STAGE_WORDS = 2 * (DENSE_TILE_WORDS + DENSE_WEIGHT_WORDS),
};

/// The offset of eight halves of a row in a tile, in words. Eight rows that are read at once are in different banks.
GPU_INLINE u32 half_offset(u32 row, u32 eighth) { return row * 8 + 4 * (eighth ^ row / 4 % 2); }

/// A step of a product: 16 outputs of a tap, or 32 where there are high halves only.
struct dense_step {
  u32 tap;
  /// The index of the step's outputs within the tap.
  u32 part;
};

/// Begins to copy a step's gradients and weights, and advances to the next step.
///
/// row: The row of which this thread copies eight gradients to each tile.
template <bool isHalf>
GPU_INLINE void copy_dense(
  const gpu_dense_product &given, const product_row &row, u32 *target, dense_step &step, u32 tiles, u32 firstTile)
{
  static_assert(DENSE_WEIGHT_WORDS == 4 * PRODUCT_THREADS && BLOCK_ROWS == PRODUCT_THREADS / 2, "one copy a thread");
  const u32 stepOutputs = isHalf ? 32 : 16;
  if (step.tap < given.taps) {
    const u32 stride = half_stride(given.outputs), eighth = thread_index() % 2;
    const u64 pixel = (u32)((int)row.pixel + tap_offset(step.tap, given.is_convolution, given.width));
    const u64 low = (u64)given.rows * stride;
    const u64 piece = (u64)step.tap * ceil_div(given.outputs, WARP) * 4 + step.part * (isHalf ? 4 : 2);
    GPU_UNROLL
    for (u32 tile = 0; tile < 2; tile++) {
      const u32 channel = step.part * stepOutputs + 8 * eighth + (isHalf ? 16 * tile : 0);
      const bool hasSource = has_tap(row, step.tap) && channel < stride;
      const u64 index = pixel * stride + channel + (isHalf ? 0 : tile * low);
      copy_async(
        target + tile * DENSE_TILE_WORDS + half_offset(thread_index() / 2, eighth),
        given.gradients + (hasSource ? index : 0), hasSource);
      copy_async(
        target + 2 * DENSE_TILE_WORDS + tile * DENSE_WEIGHT_WORDS + 4 * thread_index(),
        given.packed + ((piece + tile * (isHalf ? 2 : 1)) * tiles + firstTile) * FRAGMENT_WORDS + 4 * thread_index(),
        true);
    }
    if (++step.part == ceil_div(given.outputs, stepOutputs)) step.part = 0, step.tap++;
  }
  commit_copies();
}

/// Writes a gradient with respect to the input. It is 0 where dropout dropped the input.
GPU_INLINE void write_input_gradient(const gpu_dense_product &given, u32 row, u32 column, float gradient)
{
  if (column >= given.columns) return;
  const u32 tap = column / given.channels, channel = column % given.channels, taps = given.columns / given.channels;
  bool isKept = true;
  if (given.mask) {
    const u64 firstWord = (row % given.samples * taps + tap) * ceil_div(given.channels, WARP);
    isKept = given.mask[firstWord + channel / WARP] >> channel % WARP & 1;
  }
  given.output[((u64)row * taps + tap) * channel_stride(given.channels) + channel] = isKept ? gradient : 0.0f;
}

/// Gradients [rows, taps · outputs] times weights: the gradient with respect to the input.
template <bool isHalf> GPU_INLINE void multiply_gradients(const gpu_dense_product &given, u32 *shared)
{
  const u32 steps = given.taps * ceil_div(given.outputs, isHalf ? 32 : 16);
  const u32 tiles = ceil_div(given.columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 firstTile = block_column() * (BLOCK_COLUMNS / 8);
  const u32 warpRow = warp / 2 * (16 * WARP_ROW_TILES), firstRow = block_index() * BLOCK_ROWS + warpRow;
  const u32 warpTile = warp % 2 * WARP_COLUMN_TILES;
  float sums[WARP_ROW_TILES][WARP_COLUMN_TILES][4] = {};

  // Each row of a linear layer has one tap: itself.
  const product_row row = product_row_at(
    block_index() * BLOCK_ROWS + thread_index() / 2, given.rows, 1, given.is_convolution, given.height, given.width);
  dense_step ahead = {0, 0};
  for (u32 stage = 0; stage < DENSE_STAGES - 1; stage++) {
    copy_dense<isHalf>(given, row, shared + stage * DENSE_STAGE_WORDS, ahead, tiles, firstTile);
  }
  u32 stage = 0, nextStage = DENSE_STAGES - 1;
  for (u32 step = 0; step < steps; step++) {
    await_copies<DENSE_STAGES - 2>();
    barrier();
    copy_dense<isHalf>(given, row, shared + nextStage * DENSE_STAGE_WORDS, ahead, tiles, firstTile);
    const u32 *gradients = shared + stage * DENSE_STAGE_WORDS;
    const u32 *weights = gradients + 2 * DENSE_TILE_WORDS + warpTile * FRAGMENT_WORDS + 2 * lane;
    stage = stage + 1 == DENSE_STAGES ? 0 : stage + 1;
    nextStage = nextStage + 1 == DENSE_STAGES ? 0 : nextStage + 1;
    u32 parts[2][WARP_ROW_TILES][4];
    GPU_UNROLL
    for (int part = 0; part < 2; part++) {
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
        const u32 offset = half_offset(warpRow + 16 * tile + lane % 16, lane / 16);
        load_matrices<false>(parts[part][tile], gradients + part * DENSE_TILE_WORDS + offset);
      }
    }
    GPU_UNROLL
    for (int column = 0; column < WARP_COLUMN_TILES; column++) {
      if (may_skip(8 * (firstTile + warpTile + column) >= given.columns)) continue;
      const u32 *fragment = weights + column * FRAGMENT_WORDS;
      const u32 one[2] = {fragment[0], fragment[1]};
      const u32 other[2] = {fragment[DENSE_WEIGHT_WORDS], fragment[DENSE_WEIGHT_WORDS + 1]};
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
        if (may_skip(firstRow + 16 * tile >= given.rows)) continue;
        multiply_add(sums[tile][column], parts[0][tile], one);
        // For float32: high · low and low · high. For halves: the other 16 outputs.
        if (!isHalf) multiply_add(sums[tile][column], parts[0][tile], other);
        multiply_add(sums[tile][column], parts[1][tile], isHalf ? other : one);
      }
    }
  }

  const float factor =
    scaled(scaled(given.factor, -scale_exponent(*given.largest)), -*given.gradient_exponent);
  GPU_UNROLL
  for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
    GPU_UNROLL
    for (int half = 0; half < 2; half++) {
      const u32 row = firstRow + 16 * tile + lane / 4 + 8 * half;
      if (row >= given.rows) continue;
      GPU_UNROLL
      for (int column = 0; column < WARP_COLUMN_TILES; column++) {
        const u32 outputColumn = 8 * (firstTile + warpTile + column) + 2 * (lane % 4);
        const float *two = sums[tile][column] + 2 * half;
        if (given.is_convolution) {
          const u32 stride = channel_stride(given.channels);
          if (outputColumn < stride) {
            store_pair(given.output + (u64)row * stride + outputColumn, two[0] * factor, two[1] * factor);
          }
        } else {
          write_input_gradient(given, row, outputColumn, two[0] * factor);
          write_input_gradient(given, row, outputColumn + 1, two[1] * factor);
        }
      }
    }
  }
}

GPU_BOUNDED_KERNEL(gpu_multiply_gradients, gpu_dense_product, PRODUCT_THREADS, PRODUCT_BLOCKS)
{
  GPU_SHARED(u32, shared, DENSE_STAGES *DENSE_STAGE_WORDS);
  multiply_gradients<false>(given, shared);
}

GPU_BOUNDED_KERNEL(gpu_multiply_gradients_half, gpu_dense_product, PRODUCT_THREADS, PRODUCT_BLOCKS)
{
  GPU_SHARED(u32, shared, DENSE_STAGES *DENSE_STAGE_WORDS);
  multiply_gradients<true>(given, shared);
}
