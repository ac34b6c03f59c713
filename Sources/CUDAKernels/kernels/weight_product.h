#pragma once

#include "fragments.h"

enum {
  /// Rows of gradients that are on their way into shared memory at a time.
  GRADIENT_ROWS = 32,
  /// Outputs and inputs of a block.
  GRADIENT_OUTPUTS = 64,
  GRADIENT_INPUTS = 64,
  /// Taps of a block: neighbours in a row of a convolution's nine.
  GRADIENT_TAPS = 3,
  GRADIENT_STAGES = 3,
  GRADIENT_THREADS = 128,
  GRADIENT_WARPS = GRADIENT_THREADS / WARP,
  /// Words of the rows' halves, high or low.
  GRADIENT_TILE_WORDS = GRADIENT_ROWS * GRADIENT_OUTPUTS / 2,
  /// Squares of 32 rows and 32 inputs: of each tap.
  SPIKE_SQUARES = GRADIENT_TAPS * (GRADIENT_INPUTS / WARP),
  /// Squares that a warp takes.
  WARP_SQUARES = (SPIKE_SQUARES + GRADIENT_WARPS - 1) / GRADIENT_WARPS,
  /// For each plane, an input's spikes of 32 rows.
  SPIKE_WORDS = SPIKE_SQUARES * WARP,
};

/// Where the block is.
struct weight_block {
  u32 firstRow;
  u32 endRow;
  u32 firstOutput;
  u32 firstInput;
  u32 firstTap;
};

GPU_INLINE weight_block this_weight_block(const gpu_weight_product &given)
{
  const u32 inputTiles = ceiling_of(given.inputs, GRADIENT_INPUTS);
  weight_block block;
  block.firstRow = block_index() * given.partition_rows;
  block.endRow = smaller(given.rows, block.firstRow + given.partition_rows);
  block.firstInput = block_column() % inputTiles * GRADIENT_INPUTS;
  block.firstOutput = block_column() / inputTiles * GRADIENT_OUTPUTS;
  block.firstTap = block_layer() * GRADIENT_TAPS;
  return block;
}

/// Where eight outputs of a row lie, so that the eight rows that are read at once meet different banks.
GPU_INLINE u32 gradient_place(u32 row, u32 eighth)
{
  // Those rows are 0 to 3 and 16 to 19, and so on: see spike_of.
  return row * (GRADIENT_OUTPUTS / 2) + 4 * (eighth ^ (row % 4 | row / 16 << 2));
}

/// Begins to copy 32 rows of gradients; rows behind the partition's end are zeros.
///
/// parts: 1 where there are high halves only.
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
      const bool isThere = row + inside < block.endRow && output < stride;
      GPU_UNROLL
      for (u32 part = 0; part < parts; part++) {
        const u64 place = ((u64)part * given.rows + row + inside) * stride + output;
        copy_ahead(
          target + part * GRADIENT_TILE_WORDS + gradient_place(inside, eighth), given.gradients + (isThere ? place : 0),
          isThere);
      }
    }
  }
  end_copies();
}

/// What a lane loads next: the spikes of one of 32 rows.
struct spike_row {
  u32 row;
  /// Where the row's pixel is in its image, for a convolution.
  u32 line;
  u32 column;
};

/// The row 32 further on.
GPU_INLINE void go_on(spike_row &place, u32 lines, u32 columns, u32 height, u32 width)
{
  place.row += GRADIENT_ROWS;
  place.column += columns;
  place.line += lines;
  if (place.column >= width) place.column -= width, place.line++;
  if (place.line >= height) place.line -= height;
}

/// 32 inputs that a tap sees.
struct spike_square {
  bool isThere;
  int line;
  int column;
  /// Of the pixel, from the row's first.
  int offset;
  u32 word;
};

GPU_INLINE spike_square spike_square_at(u32 number, const gpu_weight_product &given, const weight_block &block)
{
  const u32 tap = block.firstTap + number % GRADIENT_TAPS;
  spike_square square;
  square.word = block.firstInput / WARP + number / GRADIENT_TAPS;
  square.isThere = number < SPIKE_SQUARES && tap < given.taps && square.word < ceiling_of(given.inputs, WARP);
  square.line = given.is_convolution ? (int)(tap / 3) - 1 : 0;
  square.column = given.is_convolution ? (int)(tap % 3) - 1 : 0;
  square.offset = tap_offset(tap, given.is_convolution, given.width);
  return square;
}

/// Begins to load a lane's row of each square that its warp takes.
template <int planes>
GPU_INLINE void load_squares(
  const gpu_weight_product &given, const weight_block &block, const spike_row &place,
  const spike_square (&squares)[WARP_SQUARES], u32 (&found)[WARP_SQUARES][planes])
{
  const u32 words = ceiling_of(given.inputs, WARP), first = place.row * (given.is_convolution ? 1 : given.taps);
  GPU_UNROLL
  for (int own = 0; own < WARP_SQUARES; own++) {
    const spike_square &square = squares[own];
    const bool isThere = square.isThere && place.row < block.endRow && (u32)((int)place.line + square.line) < given.height
      && (u32)((int)place.column + square.column) < given.width;
    const u32 *bits = given.bits + (u64)(u32)((int)first + square.offset) * planes * words + square.word;
    GPU_UNROLL
    for (int plane = 0; plane < planes; plane++) found[own][plane] = isThere ? bits[plane * words] : 0;
  }
}

/// Exchanges rows and columns of 32 words of bits, one a lane.
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

/// Puts loaded squares into shared memory, as words of an input's 32 rows.
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

/// Sums over a partition's rows of gradients times spikes, [64 outputs, 3 taps, 64 inputs] a block; a warp has 16 inputs.
/// parts: 2 for float32, 1 for the high halves alone.
template <int planes, int parts>
GPU_INLINE void sum_weight_gradients(const gpu_weight_product &given, u32 *gradients, u32 *spikes)
{
  enum { OUTPUT_TILES = GRADIENT_OUTPUTS / 16, INPUT_TILES = GRADIENT_INPUTS / 8 / GRADIENT_WARPS };
  const weight_block block = this_weight_block(given);
  const u32 lane = lane_index(), warp = warp_index();
  const u32 warpInput = warp * 8 * INPUT_TILES;
  float sums[OUTPUT_TILES][GRADIENT_TAPS][INPUT_TILES][4] = {};

  spike_row place = {block.firstRow + lane, 0, 0};
  if (given.is_convolution) {
    place.line = place.row / given.width % given.height;
    place.column = place.row % given.width;
  }
  const u32 lines = GRADIENT_ROWS / given.width % given.height, columns = GRADIENT_ROWS % given.width;
  spike_square squares[WARP_SQUARES];
  GPU_UNROLL
  for (int own = 0; own < WARP_SQUARES; own++) squares[own] = spike_square_at(warp + own * GRADIENT_WARPS, given, block);
  u32 next[WARP_SQUARES][planes];
  load_squares<planes>(given, block, place, squares, next);
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
    // They are on their way while these are multiplied.
    go_on(place, lines, columns, given.height, given.width);
    load_squares<planes>(given, block, place, squares, next);
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
          const u32 *seen =
            ownSpikes + (warpInput / WARP * GRADIENT_TAPS + tap) * WARP + warpInput % WARP + 8 * tile + lane / 4;
          u32 bits[planes], four[4];
          GPU_UNROLL
          for (int plane = 0; plane < planes; plane++) bits[plane] = seen[plane * SPIKE_WORDS];
          spike_pairs<planes>(bits, four);
          pairs[tap][tile][0] = four[2 * half];
          pairs[tap][tile][1] = four[2 * half + 1];
        }
      }
      GPU_UNROLL
      for (int output = 0; output < OUTPUT_TILES; output++) {
        GPU_UNROLL
        for (int part = 0; part < parts; part++) {
          const u32 inside = spike_of(16 * half + lane / 16 * 8 + lane % 8);
          const u32 place = gradient_place(inside, 2 * output + lane / 8 % 2);
          u32 halves[4];
          load_matrices<true>(halves, own + part * GRADIENT_TILE_WORDS + place);
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
  const u32 outputs = ceiling_of(given.outputs, GRADIENT_OUTPUTS) * GRADIENT_OUTPUTS;
  const u32 inputs = ceiling_of(given.inputs, GRADIENT_INPUTS) * GRADIENT_INPUTS;
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
          const u64 place = ((u64)block_index() * given.taps + block.firstTap + tap) * outputs + row;
          given.partial[place * inputs + column] = sums[output][tap][tile][value] * scale;
        }
      }
    }
  }
}

#define GPU_WEIGHT_PRODUCT(name, planes, parts) \
  GPU_DENSE_KERNEL(name, gpu_weight_product, GRADIENT_THREADS, planes == 1 ? WEIGHT_BLOCKS : 2) \
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

/// Adds what the partitions found, in their order, to the gradient.
GPU_KERNEL(gpu_add_weight_gradient, gpu_weight_sum, SUM_THREADS)
{
  const u32 outputs = ceiling_of(given.outputs, GRADIENT_OUTPUTS) * GRADIENT_OUTPUTS;
  const u32 inputs = ceiling_of(given.inputs, GRADIENT_INPUTS) * GRADIENT_INPUTS;
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
