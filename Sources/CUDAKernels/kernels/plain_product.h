#pragma once

// The products without tensor cores: float32's fused multiply-adds, in the order of the sum. They define what the products
// on tensor cores compute but for rounding, and take their place where DVS_ISA=fma asks for them.

#include "dense_product.h"

enum {
  /// Rows and columns of a block.
  PLAIN_SIDE = 64,
  /// Summands that are in shared memory at a time.
  PLAIN_DEPTH = 16,
  PLAIN_THREADS = 256,
  /// Rows and columns of a thread.
  PLAIN_OWN = 4,
  PLAIN_WORDS = PLAIN_SIDE * PLAIN_DEPTH,
};

/// Sums of left(row, k) · right(k, column) over k, for a block's rows and columns; a thread has four of each.
template <typename Factors>
GPU_INLINE void multiply_plainly(const Factors &factors, u32 count, float *left, float *right, float (&sums)[PLAIN_OWN][PLAIN_OWN])
{
  const u32 thread = thread_index(), across = PLAIN_SIDE / PLAIN_OWN;
  const u32 row = thread / across * PLAIN_OWN, column = thread % across * PLAIN_OWN;
  for (u32 first = 0; first < count; first += PLAIN_DEPTH) {
    for (u32 index = thread; index < PLAIN_WORDS; index += PLAIN_THREADS) {
      const u32 leftK = first + index % PLAIN_DEPTH, rightK = first + index / PLAIN_SIDE;
      left[index] = leftK < count ? factors.left(index / PLAIN_DEPTH, leftK) : 0.0f;
      right[index] = rightK < count ? factors.right(rightK, index % PLAIN_SIDE) : 0.0f;
    }
    barrier();
    for (u32 k = 0; k < PLAIN_DEPTH; k++) {
      GPU_UNROLL
      for (u32 i = 0; i < PLAIN_OWN; i++) {
        GPU_UNROLL
        for (u32 j = 0; j < PLAIN_OWN; j++) {
          sums[i][j] = fused(left[(row + i) * PLAIN_DEPTH + k], right[k * PLAIN_SIDE + column + j], sums[i][j]);
        }
      }
    }
    barrier();
  }
}

/// The first row and column of this thread, in its block.
GPU_INLINE u32 plain_row() { return thread_index() / (PLAIN_SIDE / PLAIN_OWN) * PLAIN_OWN; }
GPU_INLINE u32 plain_column() { return thread_index() % (PLAIN_SIDE / PLAIN_OWN) * PLAIN_OWN; }

/// A weight; for products of high halves alone, as these hold it.
GPU_INLINE float plain_weight(float weight, u32 largest, bool isHalf)
{
  if (!isHalf) return weight;
  const int exponent = scale_exponent(largest);
  return scaled(half_value(half_bits(scaled(weight, exponent))), -exponent);
}

/// A scaled gradient, of [2, count] halves.
GPU_INLINE float plain_gradient(const u16 *halves, u64 place, u64 count, bool isHalf)
{
  const float high = half_value(halves[place]);
  return isHalf ? high : high + half_value(halves[count + place]);
}

/// What an input's spikes mean: 1, or of four planes their mean.
GPU_INLINE float plain_spike(const u32 *bits, u64 pixel, u32 input, u32 planes, u32 words)
{
  u32 count = 0;
  for (u32 plane = 0; plane < planes; plane++) {
    count += bits[(pixel * planes + plane) * words + input / WARP] >> input % WARP & 1;
  }
  return (float)count / planes;
}

struct plain_forward {
  const gpu_plain_spike_product &given;
  u32 firstRow;
  u32 firstColumn;

  GPU_INSIDE float left(u32 row, u32 k) const
  {
    const gpu_spike_product &product = given.product;
    const u32 tap = k / product.inputs;
    const product_row seen = product_row_at(
      firstRow + row, product.rows, product.taps, product.is_convolution, product.height, product.width);
    if (!sees(seen, tap)) return 0;
    const u32 pixel = (u32)((int)seen.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_spike(product.bits, pixel, k % product.inputs, given.planes, ceiling_of(product.inputs, WARP));
  }

  GPU_INSIDE float right(u32 k, u32 column) const
  {
    const gpu_spike_product &product = given.product;
    const u32 output = firstColumn + column, tap = k / product.inputs, input = k % product.inputs;
    if (output >= product.columns) return 0;
    const float weight = given.weights[(output * product.inputs + input) * product.taps + tap];
    return plain_weight(weight, *product.largest, given.is_half);
  }
};

/// Spikes [rows, taps · inputs] times weights.
GPU_KERNEL(gpu_multiply_spikes_plainly, gpu_plain_spike_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const gpu_spike_product &product = given.product;
  const plain_forward factors = {given, block_index() * PLAIN_SIDE, block_column() * PLAIN_SIDE};
  float sums[PLAIN_OWN][PLAIN_OWN] = {};
  multiply_plainly(factors, product.taps * product.inputs, left, right, sums);
  const u32 stride = channel_stride(product.columns);
  GPU_UNROLL
  for (u32 i = 0; i < PLAIN_OWN; i++) {
    GPU_UNROLL
    for (u32 j = 0; j < PLAIN_OWN; j++) {
      const u32 row = factors.firstRow + plain_row() + i, column = factors.firstColumn + plain_column() + j;
      if (row < product.rows && column < stride) product.output[(u64)row * stride + column] = sums[i][j] * product.factor;
    }
  }
}

struct plain_backward {
  const gpu_plain_dense_product &given;
  u32 firstRow;
  u32 firstColumn;

  GPU_INSIDE float left(u32 row, u32 k) const
  {
    const gpu_dense_product &product = given.product;
    const u32 tap = k / product.outputs, stride = half_stride(product.outputs);
    // What is no convolution sees itself.
    const product_row seen =
      product_row_at(firstRow + row, product.rows, 1, product.is_convolution, product.height, product.width);
    if (!sees(seen, tap)) return 0;
    const u64 pixel = (u32)((int)seen.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_gradient(
      product.gradients, pixel * stride + k % product.outputs, (u64)product.rows * stride, given.is_half);
  }

  GPU_INSIDE float right(u32 k, u32 column) const
  {
    const gpu_dense_product &product = given.product;
    const u32 place = firstColumn + column, output = k % product.outputs, tap = k / product.outputs;
    if (place >= product.columns) return 0;
    const u32 input = place % product.channels, pixels = product.columns / product.channels;
    // A convolution's pixel is seen from where its tap sees; a linear layer's pixels are its taps.
    const u32 taps = product.is_convolution ? product.taps : pixels;
    const u32 weightTap = product.is_convolution ? taps - 1 - tap : place / product.channels;
    const float weight = given.weights[(output * product.channels + input) * taps + weightTap];
    return plain_weight(weight, *product.largest, given.is_half);
  }
};

/// Gradients [rows, taps · outputs] times weights: the gradient of what came in.
GPU_KERNEL(gpu_multiply_gradients_plainly, gpu_plain_dense_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const gpu_dense_product &product = given.product;
  const plain_backward factors = {given, block_index() * PLAIN_SIDE, block_column() * PLAIN_SIDE};
  float sums[PLAIN_OWN][PLAIN_OWN] = {};
  multiply_plainly(factors, product.taps * product.outputs, left, right, sums);
  const float factor = scaled(product.factor, -*product.gradient_exponent);
  GPU_UNROLL
  for (u32 i = 0; i < PLAIN_OWN; i++) {
    GPU_UNROLL
    for (u32 j = 0; j < PLAIN_OWN; j++) {
      const u32 row = factors.firstRow + plain_row() + i, column = factors.firstColumn + plain_column() + j;
      if (row < product.rows) write_input_gradient(product, row, column, sums[i][j] * factor);
    }
  }
}

struct plain_weights {
  const gpu_plain_weight_product &given;
  u32 firstRow;
  u32 firstOutput;
  u32 firstInput;
  u32 tap;

  GPU_INSIDE float left(u32 row, u32 k) const
  {
    const gpu_weight_product &product = given.product;
    const u32 output = firstOutput + row, stride = half_stride(product.outputs);
    if (output >= product.outputs) return 0;
    return plain_gradient(
      product.gradients, (u64)(firstRow + k) * stride + output, (u64)product.rows * stride, given.is_half);
  }

  GPU_INSIDE float right(u32 k, u32 column) const
  {
    const gpu_weight_product &product = given.product;
    const u32 input = firstInput + column;
    const product_row seen = product_row_at(
      firstRow + k, product.rows, product.taps, product.is_convolution, product.height, product.width);
    if (input >= product.inputs || !sees(seen, tap)) return 0;
    const u32 pixel = (u32)((int)seen.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_spike(product.bits, pixel, input, given.planes, ceiling_of(product.inputs, WARP));
  }
};

/// Sums over a partition's rows of gradients times spikes, [64 outputs, 64 inputs] of a tap a block.
GPU_KERNEL(gpu_sum_weight_gradients_plainly, gpu_plain_weight_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const gpu_weight_product &product = given.product;
  const u32 inputTiles = ceiling_of(product.inputs, PLAIN_SIDE);
  const u32 firstRow = block_index() * product.partition_rows;
  const plain_weights factors = {
    given, firstRow, block_column() / inputTiles * PLAIN_SIDE, block_column() % inputTiles * PLAIN_SIDE, block_layer()};
  float sums[PLAIN_OWN][PLAIN_OWN] = {};
  multiply_plainly(factors, smaller(product.rows - firstRow, product.partition_rows), left, right, sums);
  const u32 outputs = ceiling_of(product.outputs, PLAIN_SIDE) * PLAIN_SIDE, inputs = inputTiles * PLAIN_SIDE;
  GPU_UNROLL
  for (u32 i = 0; i < PLAIN_OWN; i++) {
    GPU_UNROLL
    for (u32 j = 0; j < PLAIN_OWN; j++) {
      const u64 row = ((u64)block_index() * product.taps + factors.tap) * outputs + factors.firstOutput + plain_row() + i;
      product.partial[row * inputs + factors.firstInput + plain_column() + j] = sums[i][j];
    }
  }
}
