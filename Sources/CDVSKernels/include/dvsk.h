#pragma once

#include <stddef.h>
#include <stdint.h>

// Kernels over channels-last activations. Lengths are in elements. Buffers must not overlap unless said.
// One scalar body per kernel (NAME-inl.h) is compiled for each instruction set. Nothing is contracted to
// fused multiply-adds, so that elementwise kernels give the same bits with each of them.

/// The instruction sets that kernels are compiled for.
typedef enum {
  DVSK_BASELINE = 0,
  DVSK_AVX2 = 1,
  DVSK_AVX512 = 2,
} dvsk_isa;

/// Whether this machine has an instruction set.
int dvsk_isa_is_available(dvsk_isa isa);

/// Derivatives that stand in for a spike's.
typedef enum {
  DVSK_ATAN = 0,
  DVSK_SIGMOID = 1,
  DVSK_PIECEWISE_QUADRATIC = 2,
} dvsk_surrogate;

/// A layer of neurons: charge, fire where charged - threshold >= 0, reset.
typedef struct {
  /// What the leak divides by; used where `divides`.
  float tau;
  /// What the leak multiplies by; used where not `divides`.
  float k;
  int divides;
  /// Whether the leak applies to the input, too.
  int decays_input;
  /// Whether a spike subtracts the threshold instead of setting the membrane to `reset`.
  int is_soft;
  /// Whether no gradient passes through the reset's spike.
  int detaches_reset;
  float threshold;
  /// The membrane after a spike, and at the start; 0 where `is_soft`.
  float reset;
  dvsk_surrogate surrogate;
  float alpha;
} dvsk_neuron;

/// Steps of one site: its channels over time.
typedef struct {
  ptrdiff_t step_count;
  ptrdiff_t channel_count;
  /// Elements from one step's channels to the next in the input.
  ptrdiff_t input_stride;
  /// Elements from one step's factors and summands to the next: 0 where all steps share them.
  ptrdiff_t norm_stride;
} dvsk_steps;

/// Runs neurons on `input * scale + shift` (the input itself where scale is null).
///
/// charged [T, C] gets the membrane before each reset; spikes [T, C] 0 or 1; membrane [C] is scratch.
void dvsk_neuron_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *scale, const float *shift, float *charged, uint8_t *spikes, float *membrane);

/// Goes back through the steps of `dvsk_neuron_forward`.
///
/// gradient [T, C]: by the spikes on entry, by the normalized input at the end. membrane [C] is scratch. Where
/// weight_sum [C] is not null, the sum over t of what the gradient by w is made of (without k(1 - k)) is added to it.
void dvsk_neuron_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *scale, const float *shift, const float *charged, float *gradient, float *membrane,
  double *weight_sum);

/// Pools four sites: spikes [4, T, C] (upper left, upper right, lower left, lower right) to pooled, T steps apart by
/// pooled_stride: the maximum, or the sum where `sums` (whose mean is a quarter).
void dvsk_pool_forward(
  dvsk_isa isa, int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *spikes,
  uint8_t *pooled, ptrdiff_t pooled_stride);

/// Gives pooled gradients, T steps apart by pooled_stride, back to four sites, [4, T, C]: all to the first of equal
/// maxima, or a quarter to each where `sums`.
void dvsk_pool_backward(
  dvsk_isa isa, int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *spikes,
  const float *pooled_gradient, ptrdiff_t pooled_stride, float *gradient);

/// counts[c] += spikes[row, c] over row_count rows of channel_count.
void dvsk_count_spikes(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *spikes,
  int32_t *counts);

/// For each row of channel_count: sums[c] += x, squares[c] += x * x.
void dvsk_add_moments(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const float *x, double *sums,
  double *squares);

/// For each row: sums[c] += g, products[c] += g * x. Rows of g lie close, those of x input_stride apart.
void dvsk_add_products(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const float *gradient,
  const float *x, ptrdiff_t input_stride, double *sums, double *products);

/// gradient = gradient * a[c] + x * b[c] + offset[c] over rows; then rounded to bfloat16 where `rounds`.
void dvsk_norm_backward(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, float *gradient, const float *x,
  const float *a, const float *b, const float *offset, int rounds);

/// An image, channels-last, and the rows of places whose 3x3 neighbourhoods are wanted.
typedef struct {
  ptrdiff_t side;
  ptrdiff_t channel_count;
  ptrdiff_t first_row;
  ptrdiff_t row_count;
} dvsk_patch_rows;

/// patches [rows * side, 9, C] = the neighbourhoods of bytes [side, side, C], times scale, 0 outside.
void dvsk_patches_u8(
  dvsk_isa isa, dvsk_patch_rows rows, const uint8_t *image, float scale, float *patches);

/// patches [rows * side, 9, C] = the neighbourhoods of numbers [side, side, C], 0 outside.
void dvsk_patches_f32(
  dvsk_isa isa, dvsk_patch_rows rows, const float *image, float *patches);

/// values[i] = bfloat16(values[i]), to nearest, ties to even.
void dvsk_round_to_bfloat16(dvsk_isa isa, float *values, ptrdiff_t count);
