#pragma once

#include "first_stage.h"
#include "fragments.h"

// The first convolution on tensor cores, for stages with pooling and counts of one byte. A warp computes a tile of
// eight neighbouring pooling windows of a row. Counts are exact in float16; weights are split into high and low halves,
// as in other products.
//
// A fragment's rows are the sites of one of the windows' two lines: the eight left ones, then the eight right ones. Its
// columns are the taps of one polarity, dy·4 + dx; taps with dy or dx = 3 have weight 0. So lane 4w + q gets the
// products of all sites of window w, in channels 2q and 2q + 1 of each eight.

enum {
  /// Neighbouring pooling windows of a tile.
  TILE_WINDOWS = 8,
  /// Time steps of a tile that fit into shared memory.
  TILE_STEPS = 16,
  /// Four lines of each polarity: the windows' two, and those above and below.
  TILE_LINES = 8,
  /// A line has 16 counts and one on each side.
  LINE_COUNTS = 2 * TILE_WINDOWS + 2,
  LINE_WORDS = LINE_COUNTS / 2,
  STEP_WORDS = TILE_LINES * LINE_WORDS,
  /// Words after the last line, which fragments read for taps of weight 0.
  TILE_PADDING = LINE_WORDS + 1,
  TILE_WORDS = TILE_STEPS * STEP_WORDS + TILE_PADDING,
};

struct alignas(8) float_pair {
  float first, second;
};

struct alignas(16) float_quad {
  float first, second, third, fourth;
};

GPU_INLINE u32 tile_count(const gpu_images &images, const gpu_pooling &pooling)
{
  return images.samples * windows_across(images.height, pooling)
    * ceil_div(windows_across(images.width, pooling), TILE_WINDOWS);
}

/// The first pooling window of a tile.
GPU_INLINE pooling_window tile_at(u32 index, u32 word, const gpu_images &images, const gpu_pooling &pooling)
{
  const u32 across = ceil_div(windows_across(images.width, pooling), TILE_WINDOWS);
  const u32 rows = windows_across(images.height, pooling);
  pooling_window window;
  window.word = word;
  window.column = index % across * TILE_WINDOWS;
  window.row = index / across % rows;
  window.sample = index / across / rows;
  return window;
}

/// Four neighbouring counts of a line as bytes; 0 after its end, which is `rest` counts ahead.
GPU_INLINE u32 four_counts(const u8 *line, int rest, bool isAligned)
{
  if (isAligned) return rest > 0 ? *(const u32 *)line : 0;
  u32 result = 0;
  GPU_UNROLL
  for (int index = 0; index < 4; index++) result |= index < rest ? (u32)line[index] << 8 * index : 0;
  return result;
}

/// Loads a tile's counts of some time steps as float16, and also as float32 where `values` is not null.
///
/// A thread loads whole lines, of [steps, polarities, rows].
GPU_INLINE void load_tile(
  u32 *halves, float_pair *values, const u8 *counts, u32 polarities, const pooling_window &first, u32 firstStep,
  u32 steps, const gpu_images &images)
{
  const int column = (int)(2 * first.column), rest = (int)images.width - column;
  const bool isAligned = images.width % 4 == 0;
  for (u32 line = thread_index(); line < steps * TILE_LINES; line += FIRST_THREADS) {
    const u32 polarity = line / 4 % 2, image = first.sample * images.steps + firstStep + line / TILE_LINES;
    const int row = (int)(2 * first.row + line % 4) - 1;
    float found[LINE_COUNTS];
    GPU_UNROLL
    for (int index = 0; index < LINE_COUNTS; index++) found[index] = 0;
    if (polarity < polarities && row >= 0 && row < (int)images.height) {
      const u8 *own = counts + (((u64)image * polarities + polarity) * images.height + row) * images.width + column;
      if (column > 0) found[0] = (float)own[-1];
      if (rest > 2 * TILE_WINDOWS) found[LINE_COUNTS - 1] = (float)own[2 * TILE_WINDOWS];
      GPU_UNROLL
      for (int part = 0; part < 4; part++) {
        const u32 four = four_counts(own + 4 * part, rest - 4 * part, isAligned);
        GPU_UNROLL
        for (int index = 0; index < 4; index++) found[1 + 4 * part + index] = (float)(four >> 8 * index & 0xff);
      }
    }
    GPU_UNROLL
    for (int word = 0; word < LINE_WORDS; word++) {
      halves[line * LINE_WORDS + word] = half_bits(found[2 * word]) | half_bits(found[2 * word + 1]) << 16;
      if (values) values[line * LINE_WORDS + word] = {found[2 * word], found[2 * word + 1]};
    }
  }
  if (thread_index() < TILE_PADDING) halves[steps * STEP_WORDS + thread_index()] = 0;
}

/// Loads the counts around the sites of eight windows in one time step, as fragments of each line and polarity.
GPU_INLINE void load_sites(u32 (&sites)[2][2][4], const u32 *step)
{
  const u32 part = lane_index() % 4;
  const u32 *own = step + part / 2 * LINE_WORDS + lane_index() / 4 + part % 2;
  GPU_UNROLL
  for (int polarity = 0; polarity < 2; polarity++) {
    GPU_UNROLL
    for (int row = 0; row < 4; row++) {
      const u32 *line = own + (4 * polarity + row) * LINE_WORDS;
      const u32 left = line[0], next = line[1];
      sites[row % 2][polarity][row / 2 * 2] = left;
      sites[row % 2][polarity][row / 2 * 2 + 1] = permute(left, next, 0x5432);
    }
  }
}

/// The weights of eight channels, as fragments of each polarity.
struct first_weights {
  u32 high[2][2];
  u32 low[2][2];
};

/// The halves of the scaled weight at a row and column of a polarity's taps; 0 outside the 3 × 3.
GPU_INLINE u32 tap_halves(const float *weights, u32 polarity, u32 row, u32 column, int exponent)
{
  return row < 3 && column < 3 ? split(scaled(weights[9 * polarity + 3 * row + column], exponent)) : 0;
}

/// Loads the weights of eight channels. channel: the first of them.
GPU_INLINE void load_fragments(
  first_weights &target, const float *weights, u32 channel, u32 channels, u32 polarities, int exponent)
{
  const u32 part = lane_index() % 4, own = channel + lane_index() / 4;
  GPU_UNROLL
  for (u32 polarity = 0; polarity < 2; polarity++) {
    GPU_UNROLL
    for (u32 half = 0; half < 2; half++) {
      u32 first = 0, second = 0;
      if (own < channels && polarity < polarities) {
        const float *taps = weights + own * 9 * polarities;
        first = tap_halves(taps, polarity, part / 2 + 2 * half, part % 2 * 2, exponent);
        second = tap_halves(taps, polarity, part / 2 + 2 * half, part % 2 * 2 + 1, exponent);
      }
      target.high[polarity][half] = high_halves(first, second);
      target.low[polarity][half] = low_halves(first, second);
    }
  }
}

/// The convolution's outputs at a line's sites, scaled like the weights: the left site's in this lane's two channels,
/// then the right site's.
GPU_INLINE void multiply_sites(float (&products)[4], const u32 (&line)[2][4], const first_weights &weights)
{
  GPU_UNROLL
  for (int part = 0; part < 4; part++) products[part] = 0;
  // Small terms first, for accuracy.
  GPU_UNROLL
  for (int polarity = 0; polarity < 2; polarity++) multiply_add(products, line[polarity], weights.low[polarity]);
  GPU_UNROLL
  for (int polarity = 0; polarity < 2; polarity++) multiply_add(products, line[polarity], weights.high[polarity]);
}

/// Batch norm of two channels, applied to scaled products.
struct pair_factors {
  float factor[2];
  float summand[2];
};

GPU_INLINE pair_factors load_factors(const float *factors, u32 channel, u32 channels, float scale)
{
  pair_factors found;
  GPU_UNROLL
  for (u32 which = 0; which < 2; which++) {
    const bool hasChannel = channel + which < channels;
    found.factor[which] = hasChannel ? factors[channel + which] * scale : 0;
    found.summand[which] = hasChannel ? factors[channels + channel + which] : 0;
  }
  return found;
}
