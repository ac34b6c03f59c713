#include "dvsk.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define DVSK_NAME(name) name##_baseline
#include "kernels-inl.h"
#undef DVSK_NAME

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define DVSK_NAME(name) name##_avx2
#include "kernels-inl.h"
#undef DVSK_NAME
#pragma clang attribute pop

#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define DVSK_NAME(name) name##_avx512
#include "kernels-inl.h"
#undef DVSK_NAME
#pragma clang attribute pop

#define DVSK_CALL(isa, name, ...)                    \
  switch (isa) {                                     \
  case DVSK_AVX512: name##_avx512(__VA_ARGS__); break; \
  case DVSK_AVX2: name##_avx2(__VA_ARGS__); break;   \
  default: name##_baseline(__VA_ARGS__);             \
  }

int dvsk_isa_is_available(dvsk_isa isa)
{
  switch (isa) {
  case DVSK_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  case DVSK_AVX2: return __builtin_cpu_supports("avx2");
  default: return 1;
  }
}

#else

#define DVSK_CALL(isa, name, ...) ((void)(isa), name##_baseline(__VA_ARGS__));

int dvsk_isa_is_available(dvsk_isa isa) { return isa == DVSK_BASELINE; }

#endif

void dvsk_neuron_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *scale, const float *shift, float *charged, uint8_t *spikes, float *membrane)
{
  DVSK_CALL(isa, neuron_forward, neuron, steps, input, scale, shift, charged, spikes, membrane)
}

void dvsk_neuron_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *scale, const float *shift, const float *charged, float *gradient, float *membrane,
  double *weight_sum)
{
  DVSK_CALL(
    isa, neuron_backward, neuron, steps, input, scale, shift, charged, gradient, membrane,
    weight_sum)
}

void dvsk_pool_forward(
  dvsk_isa isa, int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *spikes,
  uint8_t *pooled, ptrdiff_t pooled_stride)
{
  DVSK_CALL(isa, pool_forward, sums, step_count, channel_count, spikes, pooled, pooled_stride)
}

void dvsk_pool_backward(
  dvsk_isa isa, int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *spikes,
  const float *pooled_gradient, ptrdiff_t pooled_stride, float *gradient)
{
  DVSK_CALL(
    isa, pool_backward, sums, step_count, channel_count, spikes, pooled_gradient, pooled_stride,
    gradient)
}

void dvsk_count_spikes(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *spikes,
  int32_t *counts)
{
  DVSK_CALL(isa, count_spikes, row_count, channel_count, spikes, counts)
}

void dvsk_add_moments(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const float *x, double *sums,
  double *squares)
{
  DVSK_CALL(isa, add_moments, row_count, channel_count, x, sums, squares)
}

void dvsk_add_products(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const float *gradient,
  const float *x, ptrdiff_t input_stride, double *sums, double *products)
{
  DVSK_CALL(
    isa, add_products, row_count, channel_count, gradient, x, input_stride, sums, products)
}

void dvsk_norm_backward(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, float *gradient, const float *x,
  const float *a, const float *b, const float *offset, int rounds)
{
  DVSK_CALL(
    isa, norm_backward, row_count, channel_count, gradient, x, a, b, offset, rounds)
}

void dvsk_patches_u8(
  dvsk_isa isa, dvsk_patch_rows rows, const uint8_t *image, float scale, float *patches)
{
  DVSK_CALL(isa, patches_u8, rows, image, scale, patches)
}

void dvsk_patches_f32(dvsk_isa isa, dvsk_patch_rows rows, const float *image, float *patches)
{
  DVSK_CALL(isa, patches_f32, rows, image, 1, patches)
}

void dvsk_round_to_bfloat16(dvsk_isa isa, float *values, ptrdiff_t count)
{
  DVSK_CALL(isa, round_to_bfloat16, values, count)
}
