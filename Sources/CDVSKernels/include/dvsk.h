#pragma once

#include <stddef.h>
#include <stdint.h>

// Kernels over channels-last activations. Lengths are in elements. Buffers must not overlap unless said.
// One body per kernel (NAME-inl.h) is compiled for each instruction set, and gives the same bits with each: neurons never
// use fused multiply-adds; sums of products always do, and where there are none, their bits are worked out.

/// The instruction sets that kernels are compiled for.
typedef enum {
  DVSK_BASELINE = 0,
  DVSK_AVX2 = 1,
  DVSK_AVX512 = 2,
  /// AVX-512 with products of bfloat16 that are summed in float32.
  DVSK_AVX512_BF16 = 3,
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

/// Rows of neurons behind a linear layer: a sample's over time.
typedef struct {
  ptrdiff_t step_count;
  ptrdiff_t channel_count;
  /// Elements from one step's channels to the next in the input.
  ptrdiff_t input_stride;
} dvsk_steps;

/// Runs neurons.
///
/// charged [T, C] gets the membrane before each reset; spikes [T, C] 0 or 1.
void dvsk_neuron_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input, float *charged,
  uint8_t *spikes);

/// Goes back through the steps of `dvsk_neuron_forward`.
///
/// gradient [T, C]: with respect to the spikes on entry, with respect to the input at the end. Where weight_sum [C] is
/// not null, the sum over t of what the gradient with respect to w is made of (without k(1 - k)) is added to it.
void dvsk_neuron_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *charged, float *gradient, double *weight_sum);

/// counts[c] += spikes[row, c] over row_count rows of channel_count.
void dvsk_count_spikes(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *spikes,
  int32_t *counts);

/// values[i] = bfloat16(values[i]), to nearest, ties to even.
void dvsk_round_to_bfloat16(dvsk_isa isa, float *values, ptrdiff_t count);

// Linear layers: zeros among the inputs are skipped, each output is a sum in the order of the inputs.

/// A linear layer over rows [T, N] of numbers; output_count outputs, weights [outputs, inputs].
typedef struct {
  ptrdiff_t step_count;
  ptrdiff_t sample_count;
  ptrdiff_t input_count;
  ptrdiff_t output_count;
  /// Elements from one row of the gradient with respect to the outputs to the next: a multiple of
  /// DVSK_LINEAR_BLOCK, behind the outputs zeros.
  ptrdiff_t gradient_stride;
} dvsk_linear;

enum { DVSK_LINEAR_BLOCK = 64 };

/// The inputs [T N, inputs] that are not zero: of each row how many, their places, and their values.
typedef struct {
  const int32_t *counts;
  const int32_t *places;
  const float *values;
} dvsk_nonzero;

/// Writes down places and values of a row's numbers that are not zero, and how many there are.
void dvsk_find_nonzero(
  dvsk_isa isa, const float *row, ptrdiff_t count, int32_t *places, float *values,
  int32_t *found);

/// packed [inputs, DVSK_LINEAR_BLOCK] = the weights of a block of outputs, of inputs first_input ..< end_input; where
/// `rounds`, rounded to bfloat16.
void dvsk_pack_linear(
  dvsk_isa isa, const dvsk_linear *layer, const float *weights, ptrdiff_t first_output,
  ptrdiff_t first_input, ptrdiff_t end_input, int rounds, float *packed);

/// sums [T N, outputs] = the outputs of a block and of some samples, from weights packed for the block.
///
/// cursors [T, samples] is scratch.
void dvsk_linear_forward(
  dvsk_isa isa, const dvsk_linear *layer, const dvsk_nonzero *inputs, const float *weights,
  ptrdiff_t first_output, ptrdiff_t first_sample, ptrdiff_t sample_count, int32_t *cursors,
  float *sums);

/// In which order sums of samples are added up: pairs [count] of the sample that gets a sum and the one that has it.
typedef struct {
  const int32_t *pairs;
  ptrdiff_t count;
} dvsk_additions;

/// Bytes of scratch of dvsk_linear_weight_gradient.
size_t dvsk_linear_scratch_size(const dvsk_linear *layer);

/// weights [outputs, inputs] grow by the gradient of 16 inputs, or of those that are left, from first_input on.
///
/// Each weight's is a sum over the steps of each sample, and then over the samples in the order of the additions.
/// scratch is aligned to 64 bytes.
void dvsk_linear_weight_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *input, const float *gradient,
  ptrdiff_t first_input, const dvsk_additions *additions, float *weights, void *scratch);

/// result [rows, 32] = the gradient with respect to 32 inputs, or those that are left, from first_input on.
///
/// Rows are a multiple of 8; the result's are result_stride apart. panel [outputs, 32] is scratch, for the weights;
/// `rounds`: they are rounded to bfloat16. Where no more than 16 inputs are left, 16 are written.
void dvsk_linear_input_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *gradient, const float *weights,
  ptrdiff_t first_input, ptrdiff_t row_count, int rounds, float *panel, float *result,
  ptrdiff_t result_stride);

// Windows: the sites that are pooled, over all steps.

/// Where a window's values stand. Four sites are the upper left, upper right, lower left and lower right.
typedef struct {
  ptrdiff_t step_count;
  /// A multiple of 16.
  ptrdiff_t channel_count;
  /// 4, or 1 where nothing is pooled.
  ptrdiff_t site_count;
  /// Elements from the input's address to each site's [T, C].
  ptrdiff_t site_offset[4];
  /// Elements from a site to the same site of the window that follows, which is prefetched; 0: it is not.
  ptrdiff_t next_offset;
  /// Elements from one step's factors to the next: 0 where all steps share them, else channel_count.
  ptrdiff_t norm_stride;
  /// 1: pooled spikes are the maximum, one bit. 4: their mean, of which each site has its own bit.
  ptrdiff_t plane_count;
  /// Units of 16 bits from one step's bits to the next, and from one site's to the next.
  ptrdiff_t bits_step_stride;
  ptrdiff_t bits_plane_stride;
} dvsk_window;

/// Normalizes (input * scale + shift), runs neurons and pools.
///
/// bits gets 16 channels a unit. counts [C] grows by the spikes before pooling.
void dvsk_window_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, uint16_t *bits, int32_t *counts);

/// What goes in and out of a window's backward pass.
typedef struct {
  /// The gradient with respect to the pooled spikes [T, C], its steps pooled_step_stride apart.
  const float *pooled;
  ptrdiff_t pooled_step_stride;
  /// Null, or gets the gradient with respect to the normalized values or, where `a` is not null, a times that plus
  /// input * b + offset; factors are [C], or [T, C] with norm_stride.
  float *output;
  const float *a;
  const float *b;
  const float *offset;
  /// Elements from output to each site's first step, and from one step to the next.
  ptrdiff_t output_site_offset[4];
  ptrdiff_t output_step_stride;
  /// Whether output is rounded to bfloat16.
  int rounds;
  /// If not null, these accumulate the gradient with respect to the normalized values, and its product with the input:
  /// [C], or [T, C].
  double *sums;
  double *products;
  /// If not null, accumulates the gradient with respect to k [C]; the one with respect to w is k(1 - k) times that.
  double *weight_sum;
} dvsk_window_gradient;

/// The backward pass of dvsk_window_forward, whose membranes it recomputes. scratch is [T, sites, 16].
void dvsk_window_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, const dvsk_window_gradient *gradient, float *scratch);

// 3x3 convolutions with padding 1 of bit-packed spikes; zeros are skipped.

/// Spikes of one sample: bits [height, width, planes, words], steps step_stride words apart.
typedef struct {
  const uint64_t *bits;
  ptrdiff_t step_count;
  ptrdiff_t step_stride;
  ptrdiff_t height;
  ptrdiff_t width;
  ptrdiff_t plane_count;
  ptrdiff_t word_count;
  /// Input channels that weights have rows for.
  ptrdiff_t channel_count;
} dvsk_spike_image;

/// What a convolution reads and writes besides.
typedef struct {
  /// [9, input channels, C]; C a multiple of 16.
  const float *weights;
  ptrdiff_t channel_count;
  /// What each sum is multiplied by: a quarter where planes are averaged.
  float scale;
  /// Pixels from the first of this row on, pixel_stride apart, each [T, C].
  ptrdiff_t first_row;
  float *values;
  ptrdiff_t pixel_stride;
  /// Null, or grow by values and their squares: [C], or with group_stride C [T, C].
  double *sums;
  double *squares;
  ptrdiff_t group_stride;
} dvsk_spike_output;

/// Computes rows of the convolution, for all steps.
void dvsk_spike_forward(
  dvsk_isa isa, const dvsk_spike_image *image, const dvsk_spike_output *output,
  ptrdiff_t first_row, ptrdiff_t row_count);

enum { DVSK_GRADIENT_WORDS = 4 };

/// weights [9, input channels, C] grow by the gradient of rows of one step.
///
/// Of input channels first_input ..< end_input; both multiples of 16. gradient [rows, width, C] begins at first_row.
/// row_count is at most DVSK_GRADIENT_WORDS * max(1, 64 / width): a word of 64 bits has a bit for each pixel, of as many rows
/// as fit into it. masks [3, rows + 2, input channels] is scratch.
void dvsk_spike_weight_gradient(
  dvsk_isa isa, const dvsk_spike_image *image, const float *gradient, ptrdiff_t channel_count,
  ptrdiff_t first_row, ptrdiff_t row_count, ptrdiff_t first_input, ptrdiff_t end_input,
  float *weights, uint64_t *masks);

/// values [height, width, C] = the spikes of the first step as numbers: the sum of their planes times scale.
void dvsk_expand_bits(dvsk_isa isa, const dvsk_spike_image *image, float scale, float *values);

/// sums [C] and squares [C] grow by values [C] of pixels pixel_stride apart, and their squares.
void dvsk_add_moments(
  dvsk_isa isa, const float *values, ptrdiff_t pixel_count, ptrdiff_t pixel_stride,
  ptrdiff_t channel_count, double *sums, double *squares);

/// result [rows, columns] = left [rows, inner] times right [inner, columns]; rows a multiple of 8, columns of 16.
///
/// right stands in panels of 32 columns, the last of what is left, one after the other: [inner, 32].
void dvsk_small_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t row_count,
  ptrdiff_t inner_count, ptrdiff_t column_count);

/// As dvsk_small_product of matrices [side, side], side a multiple of 32, at the speed at which the instruction set multiplies
/// and adds; where it does not fuse them, products are rounded, too.
void dvsk_peak_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t side);

/// A 3x3 convolution with padding 1 of numbers [height, width, inputs] by Winograd's minimal filtering.
typedef struct {
  ptrdiff_t height;
  ptrdiff_t width;
  /// Both multiples of 16.
  ptrdiff_t input_channel_count;
  ptrdiff_t output_channel_count;
  ptrdiff_t output_pixel_stride;
  /// 4 or 2: outputs of a tile along an edge.
  ptrdiff_t tile_size;
  /// Whether what is multiplied is rounded to bfloat16; sums are float32. Only with DVSK_AVX512_BF16.
  int uses_bfloat16;
} dvsk_winograd;

/// Computes tiles, numbered row by row.
///
/// weights [(tile_size + 2)^2] matrices are from dvsk_pack_winograd. scratch has room for (tile_size + 2)^2 times
/// ((tile_count rounded up to 8) times (inputs + outputs) + 32).
void dvsk_winograd_tiles(
  dvsk_isa isa, const dvsk_winograd *winograd, const float *input, const void *weights,
  float *output, ptrdiff_t first_tile, ptrdiff_t tile_count, float *scratch);

// The first convolution: one or two channels of numbers of events, mostly zero.

/// Counts of one sample with a border of zeros: rows of (width + 2) * P numbers, P = polarity_count, 1 or 2.
/// DVSK_COUNTS_READ_BEYOND numbers behind them may be read.
typedef struct {
  const float *counts;
  ptrdiff_t polarity_count;
  ptrdiff_t step_count;
  ptrdiff_t step_stride;
  ptrdiff_t row_stride;
} dvsk_count_image;

enum { DVSK_COUNTS_READ_BEYOND = 5 };

/// values [T, C] = the convolution at one pixel; weights [9 P, C], input (row * 3 + column) * P + polarity.
void dvsk_count_forward(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *weights, ptrdiff_t channel_count, float *values);

/// moments grow by the sums of products of inputs [9 P, 9 P] and, behind them, of inputs [9 P], over rows and steps.
///
/// group_stride: 0, or elements from one step's moments to the next.
void dvsk_count_moments(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row,
  ptrdiff_t row_count, ptrdiff_t group_stride, double *moments);

/// weights [9 P, C] grow by inputs times gradient [T, C] at one pixel.
void dvsk_count_weight_gradient(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *gradient, ptrdiff_t channel_count, float *weights);

// Weights.

/// Filters [outputs, inputs, 3, 3] and how they are to lie.
typedef struct {
  const float *filters;
  ptrdiff_t output_count;
  ptrdiff_t input_count;
  /// Extents of the result, at least the counts; what is beyond them is left as it is.
  ptrdiff_t padded_rows;
  ptrdiff_t padded_columns;
} dvsk_filters;

/// packed [9, rows, columns] = filters, an input a row and an output a column, of outputs first_output ..< end_output.
void dvsk_pack_filters(
  const dvsk_filters *filters, ptrdiff_t first_output, ptrdiff_t end_output, float *packed);

/// filters [outputs, inputs, 3, 3] grow by packed [9, rows, columns] times scale, of outputs first_output ..< end_output.
void dvsk_add_packed_filters(
  const dvsk_filters *shape, ptrdiff_t first_output, ptrdiff_t end_output, const float *packed,
  float scale, float *filters);

/// packed [(tile_size + 2)^2] matrices of rows and columns = filters transformed for Winograd's minimal filtering, of
/// rows first_row ..< end_row.
///
/// Each matrix stands in panels of 32 columns, as `right` of dvsk_small_product; with `halves` it is of bfloat16, two rows'
/// numbers of a column side by side.
/// A row is an input and a column an output; where `turns`, the other way round, and filters are turned by half a turn.
void dvsk_pack_winograd(
  const dvsk_filters *filters, int tile_size, int turns, int halves, ptrdiff_t first_row,
  ptrdiff_t end_row, void *packed);
