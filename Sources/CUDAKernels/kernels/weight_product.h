#pragma once

#include "fragments.h"

enum {
  /// Rows of a buffer of gradients in shared memory.
  GRADIENT_ROWS = 32,
  /// Outputs and inputs of a block.
  GRADIENT_OUTPUTS = 64,
  GRADIENT_INPUTS = 64,
  /// Taps of a block: a row of a convolution's 3 × 3.
  GRADIENT_TAPS = 3,
  GRADIENT_STAGES = 3,
  GRADIENT_THREADS = 128,
  GRADIENT_WARPS = GRADIENT_THREADS / WARP,
  /// Words of a buffer's high halves, or of its low ones.
  GRADIENT_TILE_WORDS = GRADIENT_ROWS * GRADIENT_OUTPUTS / 2,
  /// Squares of 32 rows × 32 inputs, of all taps of a block.
  SPIKE_SQUARES = GRADIENT_TAPS * (GRADIENT_INPUTS / WARP),
  /// Squares of a warp.
  WARP_SQUARES = (SPIKE_SQUARES + GRADIENT_WARPS - 1) / GRADIENT_WARPS,
  /// Words of each bit plane: a word has an input's spikes in 32 rows.
  SPIKE_WORDS = SPIKE_SQUARES * WARP,
};

/// The part of the gradient that a block computes, and the rows over which it sums.
struct weight_block {
  u32 firstRow;
  u32 endRow;
  u32 firstOutput;
  u32 firstInput;
  u32 firstTap;
};

GPU_INLINE weight_block this_weight_block(const gpu_weight_product &given)
{
  const u32 inputTiles = ceil_div(given.inputs, GRADIENT_INPUTS);
  weight_block block;
  block.firstRow = block_index() * given.partition_rows;
  block.endRow = minimum(given.rows, block.firstRow + given.partition_rows);
  block.firstInput = block_column() % inputTiles * GRADIENT_INPUTS;
  block.firstOutput = block_column() / inputTiles * GRADIENT_OUTPUTS;
  block.firstTap = block_layer() * GRADIENT_TAPS;
  return block;
}

/// The offset of eight outputs of a row, in words. Eight rows that are read at once are in different banks.
GPU_INLINE u32 gradient_offset(u32 row, u32 eighth)
{
  // Those rows are 0 to 3 and 16 to 19, then 4 to 7 and 20 to 23, and so on: see spike_index.
  return row * (GRADIENT_OUTPUTS / 2) + 4 * (eighth ^ (row % 4 | row / 16 << 2));
}

/// Begins to copy 32 rows of gradients; rows after the partition's end are zeros.
///
/// parts: 2 for high and low halves, 1 for the high ones only.
template <int parts>
GPU_INLINE void copy_gradients(const gpu_weight_product &given, const weight_block &block, u32 *target, u32 row)
{
  // A thread copies eight outputs of some rows.
  enum { ACROSS = GRADIENT_OUTPUTS / 8, AT_ONCE = GRADIENT_THREADS / ACROSS };
  const u32 stride = half_stride(given.outputs), eighth = thread_index() % ACROSS;
  const u32 output = block.firstOutput + 8 * eighth;
  if (row < block.endRow) {
    GPU_UNROLL
    for (u32 first = 0; first < GRADIENT_ROWS; first += AT_ONCE) {
      const u32 inside = first + thread_index() / ACROSS;
      const bool hasSource = row + inside < block.endRow && output < stride;
      GPU_UNROLL
      for (u32 part = 0; part < parts; part++) {
        const u64 index = ((u64)part * given.rows + row + inside) * stride + output;
        copy_async(
          target + part * GRADIENT_TILE_WORDS + gradient_offset(inside, eighth),
          given.gradients + (hasSource ? index : 0), hasSource);
      }
    }
  }
  commit_copies();
}

/// The row of which a lane loads spikes next, one of 32.
struct spike_row {
  u32 row;
  /// The position of the row's pixel in its image. Only a convolution needs it.
  u32 line;
  u32 column;
};

/// Moves 32 rows ahead, which is `lines` lines and `columns` columns of an image.
GPU_INLINE void advance(spike_row &position, u32 lines, u32 columns, u32 height, u32 width)
{
  position.row += GRADIENT_ROWS;
  position.column += columns;
  position.line += lines;
  if (position.column >= width) position.column -= width, position.line++;
  if (position.line >= height) position.line -= height;
}

/// A word of inputs, 32 channels, at a tap.
struct spike_square {
  bool exists;
  /// The tap's line and column relative to the row's pixel.
  int line;
  int column;
  /// The tap's offset from the row's first pixel, in pixels.
  int offset;
  /// The index of the word in a pixel.
  u32 word;
};

GPU_INLINE spike_square spike_square_at(u32 number, const gpu_weight_product &given, const weight_block &block)
{
  const u32 tap = block.firstTap + number % GRADIENT_TAPS;
  spike_square square;
  square.word = block.firstInput / WARP + number / GRADIENT_TAPS;
  square.exists = number < SPIKE_SQUARES && tap < given.taps && square.word < ceil_div(given.inputs, WARP);
  square.line = given.is_convolution ? (int)(tap / 3) - 1 : 0;
  square.column = given.is_convolution ? (int)(tap % 3) - 1 : 0;
  square.offset = tap_offset(tap, given.is_convolution, given.width);
  return square;
}

/// Begins to load a lane's row of each of its warp's squares.
template <int planes>
GPU_INLINE void load_squares(
  const gpu_weight_product &given, const weight_block &block, const spike_row &position,
  const spike_square (&squares)[WARP_SQUARES], u32 (&found)[WARP_SQUARES][planes])
{
  const u32 words = ceil_div(given.inputs, WARP), first = position.row * (given.is_convolution ? 1 : given.taps);
  GPU_UNROLL
  for (int own = 0; own < WARP_SQUARES; own++) {
    const spike_square &square = squares[own];
    const bool isInside = square.exists && position.row < block.endRow
      && (u32)((int)position.line + square.line) < given.height
      && (u32)((int)position.column + square.column) < given.width;
    const u32 *bits = given.bits + (u64)(u32)((int)first + square.offset) * planes * words + square.word;
    GPU_UNROLL
    for (int plane = 0; plane < planes; plane++) found[own][plane] = isInside ? bits[plane * words] : 0;
  }
}

/// Transposes a matrix of 32 × 32 bits, of which each lane has a row.
GPU_INLINE u32 transposed(u32 word)
{
  u32 lower = 0x0000ffff;
  GPU_UNROLL
  for (u32 distance = 16; distance > 0; distance /= 2) {
    const u32 other = warp_exchange(word, distance);
    word = lane_index() & distance ? (word & ~lower) | (other & ~lower) >> distance
                                   : (word & lower) | (other & lower) << distance;
    lower ^= lower << distance / 2;
  }
  return word;
}

/// Stores loaded squares in shared memory, transposed: a word has an input's 32 rows.
template <int planes> GPU_INLINE void store_squares(const u32 (&found)[WARP_SQUARES][planes], u32 *target)
{
  GPU_UNROLL
  for (int own = 0; own < WARP_SQUARES; own++) {
    const u32 square = warp_index() + own * GRADIENT_WARPS;
    if (square >= SPIKE_SQUARES) continue;
    GPU_UNROLL
    for (int plane = 0; plane < planes; plane++) {
      target[plane * SPIKE_WORDS + square * WARP + lane_index()] = transposed(found[own][plane]);
    }
  }
}

/// Sums over a partition's rows of gradients times spikes. A block computes [64 outputs, 3 taps, 64 inputs], a warp 16
/// of the inputs.
///
/// parts: 2 for float32, 1 for the high halves only.
template <int planes, int parts>
GPU_INLINE void sum_weight_gradients(const gpu_weight_product &given, u32 *gradients, u32 *spikes)
{
  enum { OUTPUT_TILES = GRADIENT_OUTPUTS / 16, INPUT_TILES = GRADIENT_INPUTS / 8 / GRADIENT_WARPS };
  const weight_block block = this_weight_block(given);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 warpInput = warp * 8 * INPUT_TILES;
  float sums[OUTPUT_TILES][GRADIENT_TAPS][INPUT_TILES][4] = {};

  spike_row position = {block.firstRow + lane, 0, 0};
  if (given.is_convolution) {
    position.line = position.row / given.width % given.height;
    position.column = position.row % given.width;
  }
  const u32 lines = GRADIENT_ROWS / given.width % given.height, columns = GRADIENT_ROWS % given.width;
  spike_square squares[WARP_SQUARES];
  GPU_UNROLL
  for (int own = 0; own < WARP_SQUARES; own++) squares[own] = spike_square_at(warp + own * GRADIENT_WARPS, given, block);
  u32 next[WARP_SQUARES][planes];
  load_squares<planes>(given, block, position, squares, next);
  for (u32 stage = 0; stage < GRADIENT_STAGES - 1; stage++) {
    copy_gradients<parts>(
      given, block, gradients + stage * parts * GRADIENT_TILE_WORDS, block.firstRow + stage * GRADIENT_ROWS);
  }
  u32 stage = 0, nextStage = GRADIENT_STAGES - 1, buffer = 0;
  for (u32 row = block.firstRow; row < block.endRow; row += GRADIENT_ROWS) {
    u32 *ownSpikes = spikes + buffer * planes * SPIKE_WORDS;
    buffer ^= 1;
    store_squares<planes>(next, ownSpikes);
    await_copies<GRADIENT_STAGES - 2>();
    barrier();
    // The next rows' spikes load while these rows are multiplied.
    advance(position, lines, columns, given.height, given.width);
    load_squares<planes>(given, block, position, squares, next);
    copy_gradients<parts>(
      given, block, gradients + nextStage * parts * GRADIENT_TILE_WORDS, row + (GRADIENT_STAGES - 1) * GRADIENT_ROWS);
    const u32 *own = gradients + stage * parts * GRADIENT_TILE_WORDS;
    stage = stage + 1 == GRADIENT_STAGES ? 0 : stage + 1;
    nextStage = nextStage + 1 == GRADIENT_STAGES ? 0 : nextStage + 1;
    GPU_UNROLL
    for (int half = 0; half < GRADIENT_ROWS / 16; half++) {
      u32 pairs[GRADIENT_TAPS][INPUT_TILES][2];
      GPU_UNROLL
      for (int tap = 0; tap < GRADIENT_TAPS; tap++) {
        GPU_UNROLL
        for (int tile = 0; tile < INPUT_TILES; tile++) {
          const u32 *words =
            ownSpikes + (warpInput / WARP * GRADIENT_TAPS + tap) * WARP + warpInput % WARP + 8 * tile + lane / 4;
          u32 bits[planes], four[4];
          GPU_UNROLL
          for (int plane = 0; plane < planes; plane++) bits[plane] = words[plane * SPIKE_WORDS];
          spike_pairs<planes>(bits, four);
          pairs[tap][tile][0] = four[2 * half];
          pairs[tap][tile][1] = four[2 * half + 1];
        }
      }
      GPU_UNROLL
      for (int output = 0; output < OUTPUT_TILES; output++) {
        GPU_UNROLL
        for (int part = 0; part < parts; part++) {
          const u32 inside = spike_index(16 * half + lane / 16 * 8 + lane % 8);
          const u32 offset = gradient_offset(inside, 2 * output + lane / 8 % 2);
          u32 halves[4];
          load_matrices<true>(halves, own + part * GRADIENT_TILE_WORDS + offset);
          GPU_UNROLL
          for (int tap = 0; tap < GRADIENT_TAPS; tap++) {
            GPU_UNROLL
            for (int tile = 0; tile < INPUT_TILES; tile++) {
              const bool isOutside = block.firstInput + warpInput + 8 * tile >= given.inputs
                || block.firstTap + tap >= given.taps || block.firstOutput + 16 * output >= given.outputs;
              if (may_skip(isOutside)) continue;
              multiply_add(sums[output][tap][tile], halves, pairs[tap][tile]);
            }
          }
        }
      }
    }
  }

  const float scale = power_of_two(spike_scale(planes));
  const u32 outputs = ceil_div(given.outputs, GRADIENT_OUTPUTS) * GRADIENT_OUTPUTS;
  const u32 inputs = ceil_div(given.inputs, GRADIENT_INPUTS) * GRADIENT_INPUTS;
  GPU_UNROLL
  for (int output = 0; output < OUTPUT_TILES; output++) {
    GPU_UNROLL
    for (int tap = 0; tap < GRADIENT_TAPS; tap++) {
      if (block.firstTap + tap >= given.taps) continue;
      GPU_UNROLL
      for (int tile = 0; tile < INPUT_TILES; tile++) {
        GPU_UNROLL
        for (int value = 0; value < 4; value++) {
          const u32 row = block.firstOutput + 16 * output + lane / 4 + value / 2 * 8;
          const u32 column = block.firstInput + warpInput + 8 * tile + 2 * (lane % 4) + value % 2;
          const u64 partialRow = ((u64)block_index() * given.taps + block.firstTap + tap) * outputs + row;
          given.partial[partialRow * inputs + column] = sums[output][tap][tile][value] * scale;
        }
      }
    }
  }
}

#define GPU_WEIGHT_PRODUCT(name, planes, parts) \
  GPU_BOUNDED_KERNEL(name, gpu_weight_product, GRADIENT_THREADS, planes == 1 ? WEIGHT_BLOCKS : 2) \
  { \
    GPU_SHARED(u32, gradients, GRADIENT_STAGES *parts *GRADIENT_TILE_WORDS); \
    GPU_SHARED(u32, spikes, 2 * planes * SPIKE_WORDS); \
    sum_weight_gradients<planes, parts>(given, gradients, spikes); \
  }

GPU_WEIGHT_PRODUCT(gpu_sum_weight_gradients, 1, 2)
GPU_WEIGHT_PRODUCT(gpu_sum_weight_gradients_half, 1, 1)
GPU_WEIGHT_PRODUCT(gpu_sum_mean_gradients, 4, 2)
GPU_WEIGHT_PRODUCT(gpu_sum_mean_gradients_half, 4, 1)

enum { SUM_THREADS = 256 };

/// Adds the sum over all partitions, in their order, to the gradient.
GPU_KERNEL(gpu_add_weight_gradient, gpu_weight_sum, SUM_THREADS)
{
  const u32 outputs = ceil_div(given.outputs, GRADIENT_OUTPUTS) * GRADIENT_OUTPUTS;
  const u32 inputs = ceil_div(given.inputs, GRADIENT_INPUTS) * GRADIENT_INPUTS;
  const u32 count = given.taps * given.outputs * given.inputs;
  for (u32 index = block_index() * SUM_THREADS + thread_index(); index < count; index += block_count() * SUM_THREADS) {
    const u32 input = index % given.inputs, output = index / given.inputs % given.outputs;
    const u32 tap = index / given.inputs / given.outputs;
    double sum = 0;
    for (u32 partition = 0; partition < given.partitions; partition++) {
      sum += given.partial[(((u64)partition * given.taps + tap) * outputs + output) * inputs + input];
    }
    const float total = scaled((float)sum, -*given.gradient_exponent) * given.factor;
    given.gradient[(output * given.inputs + input) * given.taps + tap] += total;
  }
}
