#include "dvsk.h"
#include "winograd-points.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The warning is about functions with vectors in their signature, whose ABI depends on the instruction set. Here all of them
// are inlined into functions of the same instruction set.
#pragma clang diagnostic ignored "-Wpsabi"

#pragma STDC FP_CONTRACT OFF

#define DVSK_NAME(name) name##_baseline
// The x86-64 baseline has no fused multiply-adds; other architectures do.
#if defined(__x86_64__) && !defined(__FMA__)
#define DVSK_HAS_FMA 0
#else
#define DVSK_HAS_FMA 1
#endif
#define DVSK_HAS_BFLOAT16_DOTS 0
#define DVSK_BLOCK 4
#define DVSK_ROWS 4
#define DVSK_VECTORS 1
#include "kernels-inl.h"
#undef DVSK_NAME
#undef DVSK_HAS_FMA

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define DVSK_NAME(name) name##_avx2
#define DVSK_HAS_FMA 1
#include "kernels-inl.h"
#undef DVSK_NAME
#pragma clang attribute pop

#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define DVSK_NAME(name) name##_avx512
#undef DVSK_BLOCK
#define DVSK_BLOCK 8
#undef DVSK_ROWS
#define DVSK_ROWS 8
#undef DVSK_VECTORS
#define DVSK_VECTORS 2
#include "kernels-inl.h"
#undef DVSK_NAME
#pragma clang attribute pop

#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), \
  apply_to = function)
#define DVSK_NAME(name) name##_avx512bf16
#undef DVSK_HAS_BFLOAT16_DOTS
#define DVSK_HAS_BFLOAT16_DOTS 1
#include "kernels-inl.h"
#undef DVSK_NAME
#pragma clang attribute pop

#define DVSK_CALL(isa, name, ...)                    \
  switch (isa) {                                     \
  case DVSK_AVX512_BF16: name##_avx512bf16(__VA_ARGS__); break; \
  case DVSK_AVX512: name##_avx512(__VA_ARGS__); break; \
  case DVSK_AVX2: name##_avx2(__VA_ARGS__); break;   \
  default: name##_baseline(__VA_ARGS__);             \
  }

int dvsk_isa_is_available(dvsk_isa isa)
{
  switch (isa) {
  case DVSK_AVX512_BF16:
    return dvsk_isa_is_available(DVSK_AVX512) && __builtin_cpu_supports("avx512bf16");
  case DVSK_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  case DVSK_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  default: return 1;
  }
}

#else

#define DVSK_CALL(isa, name, ...) ((void)(isa), name##_baseline(__VA_ARGS__));

int dvsk_isa_is_available(dvsk_isa isa) { return isa == DVSK_BASELINE; }

#endif

void dvsk_neuron_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input, float *charged,
  uint8_t *spikes)
{
  DVSK_CALL(isa, neuron_forward, neuron, steps, input, charged, spikes)
}

void dvsk_neuron_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *charged, float *gradient, double *leak_gradient)
{
  DVSK_CALL(isa, neuron_backward, neuron, steps, input, charged, gradient, leak_gradient)
}

void dvsk_count_spikes(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *spikes,
  int32_t *counts)
{
  DVSK_CALL(isa, count_spikes, row_count, channel_count, spikes, counts)
}

void dvsk_round_to_bfloat16(dvsk_isa isa, float *values, ptrdiff_t count)
{
  DVSK_CALL(isa, round_to_bfloat16, values, count)
}

void dvsk_window_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, uint16_t *bits, int32_t *counts)
{
  DVSK_CALL(isa, window_forward, neuron, window, input, scale, shift, bits, counts)
}

void dvsk_window_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, const dvsk_window_gradient *gradient, float *scratch)
{
  DVSK_CALL(isa, window_backward, neuron, window, input, scale, shift, gradient, scratch)
}

void dvsk_spike_forward(
  dvsk_isa isa, const dvsk_spike_image *image, const dvsk_spike_output *output,
  ptrdiff_t first_row, ptrdiff_t row_count)
{
  DVSK_CALL(isa, spike_forward, image, output, first_row, row_count)
}

void dvsk_spike_weight_gradient(
  dvsk_isa isa, const dvsk_spike_image *image, const float *gradient, ptrdiff_t channel_count,
  ptrdiff_t first_row, ptrdiff_t row_count, ptrdiff_t first_input, ptrdiff_t end_input,
  float *weights, uint64_t *masks)
{
  DVSK_CALL(
    isa, spike_weight_gradient, image, gradient, channel_count, first_row, row_count, first_input,
    end_input, weights, masks)
}

void dvsk_winograd_tiles(
  dvsk_isa isa, const dvsk_winograd *winograd, const float *input, const void *weights,
  float *output, ptrdiff_t first_tile, ptrdiff_t tile_count, float *scratch)
{
  DVSK_CALL(isa, winograd, winograd, input, weights, output, first_tile, tile_count, scratch)
}

void dvsk_count_forward(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *weights, ptrdiff_t channel_count, float *values)
{
  DVSK_CALL(isa, count_forward, image, row, column, weights, channel_count, values)
}

void dvsk_count_moments(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row,
  ptrdiff_t row_count, ptrdiff_t group_stride, double *moments)
{
  DVSK_CALL(isa, count_moments, image, width, first_row, row_count, group_stride, moments)
}

void dvsk_count_weight_gradient(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *gradient, ptrdiff_t channel_count, float *weights)
{
  DVSK_CALL(isa, count_weight_gradient, image, row, column, gradient, channel_count, weights)
}

void dvsk_expand_bits(dvsk_isa isa, const dvsk_spike_image *image, float scale, float *values)
{
  DVSK_CALL(isa, expand_bits, image, scale, values)
}

void dvsk_add_moments(
  dvsk_isa isa, const float *values, ptrdiff_t pixel_count, ptrdiff_t pixel_stride,
  ptrdiff_t channel_count, double *sums, double *squares)
{
  DVSK_CALL(
    isa, add_moments, values, pixel_count, pixel_stride, channel_count, sums, squares)
}

void dvsk_small_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t row_count,
  ptrdiff_t inner_count, ptrdiff_t column_count)
{
  DVSK_CALL(isa, small_product, left, right, result, row_count, inner_count, column_count)
}

void dvsk_peak_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t side)
{
  DVSK_CALL(isa, peak_product, left, right, result, side)
}

void dvsk_find_nonzero(
  dvsk_isa isa, const float *row, ptrdiff_t count, int32_t *indices, float *values, int32_t *found)
{
  DVSK_CALL(isa, find_nonzero, row, count, indices, values, found)
}

void dvsk_pack_linear(
  dvsk_isa isa, const dvsk_linear *layer, const float *weights, ptrdiff_t first_output,
  ptrdiff_t first_input, ptrdiff_t end_input, int rounds, float *packed)
{
  DVSK_CALL(isa, pack_linear, layer, weights, first_output, first_input, end_input, rounds, packed)
}

void dvsk_linear_forward(
  dvsk_isa isa, const dvsk_linear *layer, const dvsk_nonzero *inputs, const float *weights,
  ptrdiff_t first_output, ptrdiff_t first_sample, ptrdiff_t sample_count, int32_t *cursors,
  float *sums)
{
  DVSK_CALL(
    isa, linear_forward, layer, inputs, weights, first_output, first_sample, sample_count, cursors,
    sums)
}

size_t dvsk_linear_scratch_size(const dvsk_linear *layer)
{
  const size_t samples = (size_t)layer->sample_count;
  const size_t rows = (size_t)layer->step_count * samples;
  return samples * DVSK_LINEAR_BLOCK * sizeof(float) + 16 * rows * (sizeof(float) + sizeof(int32_t))
    + 16 * (samples + 1) * sizeof(int32_t) + samples;
}

void dvsk_linear_weight_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *input, const float *gradient,
  ptrdiff_t first_input, const dvsk_additions *additions, float *weights, void *scratch)
{
  DVSK_CALL(
    isa, linear_weight_gradient, layer, input, gradient, first_input, additions, weights, scratch)
}

void dvsk_linear_input_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *gradient, const float *weights,
  ptrdiff_t first_input, ptrdiff_t row_count, int rounds, float *panel, float *result,
  ptrdiff_t result_stride)
{
  DVSK_CALL(
    isa, linear_input_gradient, layer, gradient, weights, first_input, row_count, rounds, panel,
    result, result_stride)
}
