#pragma once

// The products without tensor cores: float32's fused multiply-adds, in the order of the sum. Those on tensor cores
// differ from them by rounding only. DVS_ISA=fma selects them.

#include "dense_product.h"

enum {
  /// Rows and columns of a block's tile.
  PLAIN_SIDE = 64,
  /// Summands in shared memory.
  PLAIN_DEPTH = 16,
  PLAIN_THREADS = 256,
  /// Rows and columns of a thread's tile.
  PLAIN_THREAD_SIDE = 4,
  PLAIN_WORDS = PLAIN_SIDE * PLAIN_DEPTH,
};

/// Computes the sums of left(row, k) · right(k, column) over k < count for a block's tile, and stores them.
///
/// - matrices: Has `left`, `right`, and `store`, which takes a row, a column and their sum. Rows and columns count from
///   the block's first; a thread has four of each.
/// - left, right: Shared memory.
template <typename Matrices>
GPU_INLINE void multiply_plain(const Matrices &matrices, u32 count, float *left, float *right)
{
  const u32 thread = thread_index(), across = PLAIN_SIDE / PLAIN_THREAD_SIDE;
  const u32 row = thread / across * PLAIN_THREAD_SIDE, column = thread % across * PLAIN_THREAD_SIDE;
  float sums[PLAIN_THREAD_SIDE][PLAIN_THREAD_SIDE] = {};
  for (u32 first = 0; first < count; first += PLAIN_DEPTH) {
    for (u32 index = thread; index < PLAIN_WORDS; index += PLAIN_THREADS) {
      const u32 leftK = first + index % PLAIN_DEPTH, rightK = first + index / PLAIN_SIDE;
      left[index] = leftK < count ? matrices.left(index / PLAIN_DEPTH, leftK) : 0.0f;
      right[index] = rightK < count ? matrices.right(rightK, index % PLAIN_SIDE) : 0.0f;
    }
    barrier();
    for (u32 k = 0; k < PLAIN_DEPTH; k++) {
      GPU_UNROLL
      for (u32 i = 0; i < PLAIN_THREAD_SIDE; i++) {
        GPU_UNROLL
        for (u32 j = 0; j < PLAIN_THREAD_SIDE; j++) {
          sums[i][j] = fused(left[(row + i) * PLAIN_DEPTH + k], right[k * PLAIN_SIDE + column + j], sums[i][j]);
        }
      }
    }
    barrier();
  }
  GPU_UNROLL
  for (u32 i = 0; i < PLAIN_THREAD_SIDE; i++) {
    GPU_UNROLL
    for (u32 j = 0; j < PLAIN_THREAD_SIDE; j++) matrices.store(row + i, column + j, sums[i][j]);
  }
}

/// A weight; isHalf: rounded as its high half is.
GPU_INLINE float plain_weight(float weight, u32 largest, bool isHalf)
{
  if (!isHalf) return weight;
  const int exponent = scale_exponent(largest);
  return scaled(half_value(half_bits(scaled(weight, exponent))), -exponent);
}

/// A scaled gradient, from halves [2, count]. isHalf: its high half only.
GPU_INLINE float plain_gradient(const u16 *halves, u64 index, u64 count, bool isHalf)
{
  const float high = half_value(halves[index]);
  return isHalf ? high : high + half_value(halves[count + index]);
}

/// An input's value: its spike, 0 or 1, or the mean of four bit planes.
GPU_INLINE float plain_spike(const u32 *bits, u64 pixel, u32 input, u32 planes, u32 words)
{
  u32 count = 0;
  for (u32 plane = 0; plane < planes; plane++) {
    count += bits[(pixel * planes + plane) * words + input / WARP] >> input % WARP & 1;
  }
  return (float)count / planes;
}

/// Spikes and weights, for the forward pass.
struct plain_forward {
  const gpu_plain_spike_product &given;
  u32 firstRow;
  u32 firstColumn;

  GPU_METHOD float left(u32 row, u32 k) const
  {
    const gpu_spike_product &product = given.product;
    const u32 tap = k / product.inputs;
    const product_row inputRow = product_row_at(
      firstRow + row, product.rows, product.taps, product.is_convolution, product.height, product.width);
    if (!has_tap(inputRow, tap)) return 0;
    const u32 pixel = (u32)((int)inputRow.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_spike(product.bits, pixel, k % product.inputs, given.planes, ceil_div(product.inputs, WARP));
  }

  GPU_METHOD float right(u32 k, u32 column) const
  {
    const gpu_spike_product &product = given.product;
    const u32 output = firstColumn + column, tap = k / product.inputs, input = k % product.inputs;
    if (output >= product.columns) return 0;
    const float weight = given.weights[(output * product.inputs + input) * product.taps + tap];
    return plain_weight(weight, *product.largest, given.is_half);
  }

  GPU_METHOD void store(u32 row, u32 column, float sum) const
  {
    const gpu_spike_product &product = given.product;
    const u32 stride = channel_stride(product.columns);
    row += firstRow, column += firstColumn;
    if (row < product.rows && column < stride) product.output[(u64)row * stride + column] = sum * product.factor;
  }
};

/// Spikes [rows, taps · inputs] times weights.
GPU_KERNEL(gpu_multiply_spikes_plain, gpu_plain_spike_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const plain_forward matrices = {given, block_index() * PLAIN_SIDE, block_column() * PLAIN_SIDE};
  multiply_plain(matrices, given.product.taps * given.product.inputs, left, right);
}

/// Gradients and weights, for the gradient with respect to the input.
struct plain_backward {
  const gpu_plain_dense_product &given;
  u32 firstRow;
  u32 firstColumn;
  float factor;

  GPU_METHOD float left(u32 row, u32 k) const
  {
    const gpu_dense_product &product = given.product;
    const u32 tap = k / product.outputs, stride = half_stride(product.outputs);
    // Each row of a linear layer has one tap: itself.
    const product_row inputRow =
      product_row_at(firstRow + row, product.rows, 1, product.is_convolution, product.height, product.width);
    if (!has_tap(inputRow, tap)) return 0;
    const u64 pixel = (u32)((int)inputRow.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_gradient(
      product.gradients, pixel * stride + k % product.outputs, (u64)product.rows * stride, given.is_half);
  }

  GPU_METHOD float right(u32 k, u32 column) const
  {
    const gpu_dense_product &product = given.product;
    const u32 inputColumn = firstColumn + column, output = k % product.outputs, tap = k / product.outputs;
    if (inputColumn >= product.columns) return 0;
    const u32 input = inputColumn % product.channels, pixels = product.columns / product.channels;
    // In the opposite direction a convolution's taps are rotated by 180°; a linear layer's taps are its pixels.
    const u32 taps = product.is_convolution ? product.taps : pixels;
    const u32 weightTap = product.is_convolution ? taps - 1 - tap : inputColumn / product.channels;
    const float weight = given.weights[(output * product.channels + input) * taps + weightTap];
    return plain_weight(weight, *product.largest, given.is_half);
  }

  GPU_METHOD void store(u32 row, u32 column, float sum) const
  {
    row += firstRow, column += firstColumn;
    if (row < given.product.rows) write_input_gradient(given.product, row, column, sum * factor);
  }
};

/// Gradients [rows, taps · outputs] times weights: the gradient with respect to the input.
GPU_KERNEL(gpu_multiply_gradients_plain, gpu_plain_dense_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const gpu_dense_product &product = given.product;
  const plain_backward matrices = {
    given, block_index() * PLAIN_SIDE, block_column() * PLAIN_SIDE,
    scaled(product.factor, -*product.gradient_exponent)};
  multiply_plain(matrices, product.taps * product.outputs, left, right);
}

/// Gradients and spikes of a partition, for the gradient with respect to one tap's weights.
struct plain_weights {
  const gpu_plain_weight_product &given;
  u32 firstRow;
  u32 firstOutput;
  u32 firstInput;
  u32 tap;

  GPU_METHOD float left(u32 row, u32 k) const
  {
    const gpu_weight_product &product = given.product;
    const u32 output = firstOutput + row, stride = half_stride(product.outputs);
    if (output >= product.outputs) return 0;
    return plain_gradient(
      product.gradients, (u64)(firstRow + k) * stride + output, (u64)product.rows * stride, given.is_half);
  }

  GPU_METHOD float right(u32 k, u32 column) const
  {
    const gpu_weight_product &product = given.product;
    const u32 input = firstInput + column;
    const product_row inputRow = product_row_at(
      firstRow + k, product.rows, product.taps, product.is_convolution, product.height, product.width);
    if (input >= product.inputs || !has_tap(inputRow, tap)) return 0;
    const u32 pixel = (u32)((int)inputRow.pixel + tap_offset(tap, product.is_convolution, product.width));
    return plain_spike(product.bits, pixel, input, given.planes, ceil_div(product.inputs, WARP));
  }

  GPU_METHOD void store(u32 row, u32 column, float sum) const
  {
    const gpu_weight_product &product = given.product;
    const u32 outputs = ceil_div(product.outputs, PLAIN_SIDE) * PLAIN_SIDE;
    const u32 inputs = ceil_div(product.inputs, PLAIN_SIDE) * PLAIN_SIDE;
    const u64 partialRow = ((u64)block_index() * product.taps + tap) * outputs + firstOutput + row;
    product.partial[partialRow * inputs + firstInput + column] = sum;
  }
};

/// Sums over a partition's rows of gradients times spikes: a block computes [64 outputs, 64 inputs] of a tap.
GPU_KERNEL(gpu_sum_weight_gradients_plain, gpu_plain_weight_product, PLAIN_THREADS)
{
  GPU_SHARED(float, left, PLAIN_WORDS);
  GPU_SHARED(float, right, PLAIN_WORDS);
  const gpu_weight_product &product = given.product;
  const u32 inputTiles = ceil_div(product.inputs, PLAIN_SIDE);
  const u32 firstRow = block_index() * product.partition_rows;
  const plain_weights matrices = {
    given, firstRow, block_column() / inputTiles * PLAIN_SIDE, block_column() % inputTiles * PLAIN_SIDE, block_layer()};
  multiply_plain(matrices, minimum(product.rows - firstRow, product.partition_rows), left, right);
}
