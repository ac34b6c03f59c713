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

enum { DENSE_PIECES = BLOCK_ROWS * 4 / PRODUCT_THREADS };

/// Sixteen of the outputs of a tap, in their order.
struct dense_step {
  u32 tap;
  u32 sixteenth;
};

/// Begins to copy a step's gradients of each row, and their weights; goes on to the next step.
///
/// rows: Those that this thread copies four gradients of.
template <bool isHalf>
GPU_INLINE void copy_dense(
  const gpu_dense_product &given, const product_row (&rows)[DENSE_PIECES], u32 *target, dense_step &step, u32 tiles,
  u32 firstTile)
{
  if (step.tap < given.taps) {
    const u32 stride = channel_stride(given.outputs), quarter = thread_index() % 4;
    const u32 channel = step.sixteenth * 16 + 4 * quarter;
    const int offset = tap_offset(step.tap, given.is_convolution, given.width);
    GPU_UNROLL
    for (u32 piece = 0; piece < DENSE_PIECES; piece++) {
      const u32 inside = thread_index() / 4 + piece * (PRODUCT_THREADS / 4);
      const bool isThere = sees(rows[piece], step.tap) && channel < stride;
      const u64 pixel = (u32)((int)rows[piece].pixel + offset);
      copy_ahead(
        target + gradient_place(inside, quarter), given.gradients + (isThere ? pixel * stride + channel : 0), isThere);
    }
    enum { PIECE = 4 * PRODUCT_THREADS };
    static_assert(DENSE_WEIGHT_WORDS == 2 * PIECE, "a piece of high halves, and one of low ones");
    const u64 first = (u64)step.tap * ceiling_of(given.outputs, WARP) * 4 + step.sixteenth * 2;
    const u32 *source = given.packed + (first * tiles + firstTile) * FRAGMENT_WORDS + 4 * thread_index();
    u32 *weights = target + DENSE_GRADIENT_WORDS + 4 * thread_index();
    copy_ahead(weights, source, true);
    if (!isHalf) copy_ahead(weights + PIECE, source + (u64)tiles * FRAGMENT_WORDS, true);
    if (++step.sixteenth == ceiling_of(given.outputs, 16)) step.sixteenth = 0, step.tap++;
  }
  end_copies();
}

/// Writes the gradient of what a linear layer sees; of what dropout left out it is 0.
GPU_INLINE void write_input_gradient(const gpu_dense_product &given, u32 row, u32 place, float gradient)
{
  if (place >= given.columns) return;
  const u32 tap = place / given.channels, channel = place % given.channels, taps = given.columns / given.channels;
  bool isKept = true;
  if (given.mask) {
    const u64 kept = (row % given.samples * taps + tap) * ceiling_of(given.channels, WARP);
    isKept = given.mask[kept + channel / WARP] >> channel % WARP & 1;
  }
  given.output[((u64)row * taps + tap) * channel_stride(given.channels) + channel] = isKept ? gradient : 0.0f;
}

/// Gradients [rows, taps · outputs] times weights: the gradient of what came in.
template <bool isHalf> GPU_INLINE void multiply_gradients(const gpu_dense_product &given, u32 *shared)
{
  const u32 steps = given.taps * ceiling_of(given.outputs, 16);
  const u32 tiles = ceiling_of(given.columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 firstTile = block_column() * (BLOCK_COLUMNS / 8);
  const u32 warpRow = warp / 2 * (16 * WARP_ROW_TILES), firstRow = block_index() * BLOCK_ROWS + warpRow;
  const u32 warpTile = warp % 2 * WARP_COLUMN_TILES;
  float sums[WARP_ROW_TILES][WARP_COLUMN_TILES][4] = {};

  product_row rows[DENSE_PIECES];
  GPU_UNROLL
  for (u32 piece = 0; piece < DENSE_PIECES; piece++) {
    const u32 row = block_index() * BLOCK_ROWS + thread_index() / 4 + piece * (PRODUCT_THREADS / 4);
    // What is no convolution sees itself.
    rows[piece] = product_row_at(row, given.rows, 1, given.is_convolution, given.height, given.width);
  }
  dense_step ahead = {0, 0};
  for (u32 stage = 0; stage < DENSE_STAGES - 1; stage++) {
    copy_dense<isHalf>(given, rows, shared + stage * DENSE_STAGE_WORDS, ahead, tiles, firstTile);
  }
  for (u32 step = 0; step < steps; step++) {
    await_copies<DENSE_STAGES - 2>();
    barrier();
    const u32 next = step + DENSE_STAGES - 1;
    copy_dense<isHalf>(given, rows, shared + next % DENSE_STAGES * DENSE_STAGE_WORDS, ahead, tiles, firstTile);
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
      const u32 *fragment = weights + (warpTile + column) * FRAGMENT_WORDS + 2 * lane;
      const u32 upper[2] = {fragment[0], fragment[1]};
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
        multiply_add(sums[tile][column], high[tile], upper);
      }
      if (isHalf) continue;
      const u32 *rest = fragment + (BLOCK_COLUMNS / 8) * FRAGMENT_WORDS;
      const u32 lower[2] = {rest[0], rest[1]};
      GPU_UNROLL
      for (int tile = 0; tile < WARP_ROW_TILES; tile++) {
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
    for (int half = 0; half < 2; half++) {
      const u32 row = firstRow + 16 * tile + lane / 4 + 8 * half;
      if (row >= given.rows) continue;
      GPU_UNROLL
      for (int column = 0; column < WARP_COLUMN_TILES; column++) {
        const u32 place = 8 * (firstTile + warpTile + column) + 2 * (lane % 4);
        const float *two = sums[tile][column] + 2 * half;
        if (given.is_convolution) {
          const u32 stride = channel_stride(given.channels);
          if (place < stride) store_pair(given.output + (u64)row * stride + place, two[0] * factor, two[1] * factor);
        } else {
          write_input_gradient(given, row, place, two[0] * factor);
          write_input_gradient(given, row, place + 1, two[1] * factor);
        }
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
