#pragma once

#include "neurons.h"
#include "norm.h"

// The statistics of the first convolution's output y = Σ_i w_i·x_i follow from the moments of the counts x_i at its
// taps. With S_i = Σ x_i and M_ij = Σ x_i·x_j over all pixels, Σ y = Σ_i w_i·S_i and Σ y² = Σ_ij w_i·w_j·M_ij. The
// moments are sums of integers, and exact.

enum {
  /// 9 taps of each of two polarities.
  MAX_TAPS = 18,
  COUNT_THREADS = 192,
  /// The pixels of a tile, without its border.
  TILE_ROWS = 16,
  TILE_COLUMNS = 32,
};

GPU_INLINE u32 count_at(const void *counts, u32 countBytes, u64 index)
{
  return countBytes == 1 ? ((const u8 *)counts)[index] : ((const u16 *)counts)[index];
}

/// A tile with its border. The width puts the 18 taps into different banks of shared memory.
enum { TILE_WIDTH = TILE_COLUMNS + 3, TILE_HEIGHT = TILE_ROWS + 2 };

/// The sum over a tile's pixels of one tap's counts, times those of another tap for a pair.
template <typename number>
GPU_INLINE u64 sum_of_tile(const u32 *one, const u32 *other, bool isPair, u32 rows, u32 columns)
{
  number sum = 0;
  for (u32 row = 0; row < rows; row++, one += TILE_WIDTH, other += TILE_WIDTH) {
    if (columns == TILE_COLUMNS) {
      GPU_UNROLL
      for (u32 column = 0; column < TILE_COLUMNS; column++) sum += (number)one[column] * (isPair ? other[column] : 1);
    } else {
      for (u32 column = 0; column < columns; column++) sum += (number)one[column] * (isPair ? other[column] : 1);
    }
  }
  return sum;
}

/// Moments of one tile of an image. A thread has a pair of taps, or a single tap.
///
/// Grid: the tiles of all images.
GPU_KERNEL(gpu_sum_count_moments, gpu_count_moments, COUNT_THREADS)
{
  GPU_SHARED(u32, tile, 2 * TILE_HEIGHT * TILE_WIDTH);
  const gpu_images &images = given.images;
  const u32 across = ceil_div(images.width, TILE_COLUMNS);
  const u32 tiles = across * ceil_div(images.height, TILE_ROWS), own = block_index() % tiles;
  const u32 firstRow = own / across * TILE_ROWS, firstColumn = own % across * TILE_COLUMNS;
  const u32 image = block_index() / tiles, step = image / images.samples, sample = image % images.samples;
  const u64 start = ((u64)sample * images.steps + step) * given.polarities * images.height * images.width;
  for (u32 index = thread_index(); index < given.polarities * TILE_HEIGHT * TILE_WIDTH; index += COUNT_THREADS) {
    const u32 polarity = index / (TILE_HEIGHT * TILE_WIDTH);
    const int row = (int)(firstRow + index / TILE_WIDTH % TILE_HEIGHT) - 1;
    const int column = (int)(firstColumn + index % TILE_WIDTH) - 1;
    const bool isInside = row >= 0 && row < (int)images.height && column >= 0 && column < (int)images.width;
    tile[index] = isInside
      ? count_at(given.counts, given.count_bytes, start + ((u64)polarity * images.height + row) * images.width + column)
      : 0;
  }
  barrier();
  const u32 taps = 9 * given.polarities, pairs = taps * (taps + 1) / 2;
  if (thread_index() >= pairs + taps) return;
  u32 first = 0, second = 0;
  bool isPair = thread_index() < pairs;
  if (isPair) {
    u32 rest = thread_index();
    while (rest >= taps - first) rest -= taps - first++;
    second = first + rest;
  } else {
    first = thread_index() - pairs;
  }
  const u32 *one = tile + (first / 9 * TILE_HEIGHT + first % 9 / 3) * TILE_WIDTH + first % 3;
  const u32 *other = tile + (second / 9 * TILE_HEIGHT + second % 9 / 3) * TILE_WIDTH + second % 3;
  const u32 rows = minimum(TILE_ROWS, images.height - firstRow);
  const u32 columns = minimum(TILE_COLUMNS, images.width - firstColumn);
  // The sum of a tile's 512 products of bytes fits into 32 bits.
  const u64 sum = given.count_bytes == 1 ? sum_of_tile<u32>(one, other, isPair, rows, columns)
                                         : sum_of_tile<u64>(one, other, isPair, rows, columns);
  atomic_add(given.sums + (u64)group_of(step, images) * (pairs + taps) + thread_index(), sum);
}

/// The index of an unordered pair of taps among (0, 0), (0, 1), …, (1, 1), (1, 2), ….
GPU_INLINE u32 pair_index(u32 first, u32 second, u32 taps)
{
  const u32 low = first < second ? first : second, high = first < second ? second : first;
  return low * taps - low * (low + 1) / 2 + high;
}

/// Batch norm after the first convolution: a thread has a channel.
GPU_KERNEL(gpu_finish_first_norm, gpu_first_norm, WARP)
{
  const u32 channel = block_index() * WARP + lane_index(), taps = given.taps, pairs = taps * (taps + 1) / 2;
  if (channel >= given.norm.channels) return;
  if (given.norm.is_evaluation) {
    set_running_norm_factors(given.norm, channel);
    return;
  }
  const float *weights = given.weights + channel * taps;
  for (u32 group = 0; group < given.norm.groups; group++) {
    const u64 *sums = given.sums + (u64)group * (pairs + taps);
    double sum = 0, squares = 0;
    for (u32 first = 0; first < taps; first++) {
      sum += (double)weights[first] * (double)sums[pairs + first];
      for (u32 second = first; second < taps; second++) {
        const double product = (double)weights[first] * (double)weights[second];
        squares += (first == second ? 1 : 2) * product * (double)sums[pair_index(first, second, taps)];
      }
    }
    const double mean = sum / given.norm.count, variance = squares / given.norm.count - mean * mean;
    set_norm_factors(given.norm, group, channel, mean, variance > 0 ? variance : 0);
  }
}
