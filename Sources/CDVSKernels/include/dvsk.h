#pragma once

#include <stddef.h>
#include <stdint.h>

// Kernels for activations whose last dimension is channels. Lengths, strides and offsets are in elements. Buffers must not
// overlap unless a comment allows it.
//
// Each kernel has one body, in a file NAME-inl.h, which is compiled for each instruction set and gives the same bits with
// all of them: neurons never use fused multiply-adds, and sums of products always do. Where the processor has no such
// instruction, it is emulated.

/// The instruction sets that kernels are compiled for.
typedef enum {
  DVSK_BASELINE = 0,
  DVSK_AVX2 = 1,
  DVSK_AVX512 = 2,
  /// AVX-512 with dot products of bfloat16, which are summed in float32.
  DVSK_AVX512_BF16 = 3,
} dvsk_isa;

/// Whether this machine supports an instruction set.
int dvsk_isa_is_available(dvsk_isa isa);

/// Surrogate functions, whose derivative is used in place of a spike's.
typedef enum {
  DVSK_ATAN = 0,
  DVSK_SIGMOID = 1,
  DVSK_PIECEWISE_QUADRATIC = 2,
} dvsk_surrogate;

/// A layer of neurons. At each time step they are charged, fire if charge - threshold >= 0, and are reset if they fired.
typedef struct {
  /// The time constant, by which the leak divides if `divides`.
  float tau;
  /// 1 / tau, by which the leak multiplies if not `divides`; sigmoid(w) if the time constant is learned.
  float k;
  /// LIF divides by tau, PLIF multiplies by k, as in SpikingJelly.
  int divides;
  /// Whether the leak also applies to the input.
  int decays_input;
  /// Whether a spike subtracts the threshold instead of setting the membrane to `reset`.
  int is_soft;
  /// Whether the backward pass treats the spike in the reset as a constant.
  int detaches_reset;
  float threshold;
  /// The membrane after a spike, and before the first time step; 0 if `is_soft`.
  float reset;
  dvsk_surrogate surrogate;
  /// How steep the surrogate is.
  float alpha;
} dvsk_neuron;

/// Neurons of one sample after a linear layer, over all time steps.
typedef struct {
  ptrdiff_t step_count;
  ptrdiff_t channel_count;
  /// Elements from one time step's channels to the next one's in the input.
  ptrdiff_t input_stride;
} dvsk_steps;

/// Runs neurons.
///
/// charged [T, C] gets the membranes before each reset, spikes [T, C] get 0 or 1.
void dvsk_neuron_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input, float *charged,
  uint8_t *spikes);

/// The backward pass of `dvsk_neuron_forward`.
///
/// gradient [T, C] contains the gradient with respect to the spikes, which is overwritten by the one with respect to the
/// input. If leak_gradient [C] is not null, the gradient with respect to k, summed over all time steps, is added to it; the
/// one with respect to w is k(1 - k) times that.
void dvsk_neuron_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, dvsk_steps steps, const float *input,
  const float *charged, float *gradient, double *leak_gradient);

/// Adds the spikes [rows, channels] of each channel to counts [channels].
void dvsk_count_spikes(
  dvsk_isa isa, ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *spikes,
  int32_t *counts);

/// Rounds values to bfloat16, to nearest, ties to even.
void dvsk_round_to_bfloat16(dvsk_isa isa, float *values, ptrdiff_t count);

// Linear layers. They skip inputs that are 0; an output is the sum over the inputs in their order.

/// A linear layer for rows [T, N, inputs], with weights [outputs, inputs].
typedef struct {
  ptrdiff_t step_count;
  ptrdiff_t sample_count;
  ptrdiff_t input_count;
  ptrdiff_t output_count;
  /// Elements from one row of the gradient with respect to the outputs to the next: a multiple of DVSK_LINEAR_BLOCK. Those
  /// after the outputs are 0.
  ptrdiff_t gradient_stride;
} dvsk_linear;

/// Outputs whose weights are packed together.
enum { DVSK_LINEAR_BLOCK = 64 };

/// The inputs that are not zero.
typedef struct {
  /// How many inputs of each row are not zero [T N].
  const int32_t *counts;
  /// Their indices in the row, in increasing order [T N, inputs].
  const int32_t *indices;
  /// Their values [T N, inputs].
  const float *values;
} dvsk_nonzero;

/// Finds the elements of a row that are not zero: writes their indices, values and number.
void dvsk_find_nonzero(
  dvsk_isa isa, const float *row, ptrdiff_t count, int32_t *indices, float *values,
  int32_t *found);

/// Copies the weights of a block of outputs from first_output on to packed [inputs, DVSK_LINEAR_BLOCK], for the inputs
/// first_input ..< end_input, and rounds them to bfloat16 if `rounds`.
void dvsk_pack_linear(
  dvsk_isa isa, const dvsk_linear *layer, const float *weights, ptrdiff_t first_output,
  ptrdiff_t first_input, ptrdiff_t end_input, int rounds, float *packed);

/// Computes a block of outputs of sample_count samples, from the weights packed for that block.
///
/// sums [T N, outputs] get the outputs. cursors [T, samples] is scratch.
void dvsk_linear_forward(
  dvsk_isa isa, const dvsk_linear *layer, const dvsk_nonzero *inputs, const float *weights,
  ptrdiff_t first_output, ptrdiff_t first_sample, ptrdiff_t sample_count, int32_t *cursors,
  float *sums);

/// The order in which samples are summed: for each of `count` pairs (into, from), the sum of sample `from` is added to that
/// of sample `into`.
typedef struct {
  const int32_t *pairs;
  ptrdiff_t count;
} dvsk_additions;

/// The size in bytes of the scratch of dvsk_linear_weight_gradient.
size_t dvsk_linear_scratch_size(const dvsk_linear *layer);

/// Adds the weight gradient for 16 inputs from first_input on, or fewer at the end, to weights [outputs, inputs].
///
/// It sums over the time steps of each sample, and then over samples in the order of the additions. scratch must be aligned
/// to 64 bytes.
void dvsk_linear_weight_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *input, const float *gradient,
  ptrdiff_t first_input, const dvsk_additions *additions, float *weights, void *scratch);

/// Computes the gradient with respect to 32 inputs from first_input on, or fewer at the end.
///
/// row_count is a multiple of 8. result [rows, 32] has rows that are result_stride apart; if at most 16 inputs remain, only
/// 16 columns are written. panel [outputs, 32] is scratch for the weights, which are rounded to bfloat16 if `rounds`.
void dvsk_linear_input_gradient(
  dvsk_isa isa, const dvsk_linear *layer, const float *gradient, const float *weights,
  ptrdiff_t first_input, ptrdiff_t row_count, int rounds, float *panel, float *result,
  ptrdiff_t result_stride);

// Pooling windows: batch norm, neurons over all time steps, and pooling of a window's sites.

/// The layout of a window's values and bits. The four sites are upper left, upper right, lower left and lower right.
typedef struct {
  ptrdiff_t step_count;
  /// A multiple of 16.
  ptrdiff_t channel_count;
  /// 4, or 1 for no pooling.
  ptrdiff_t site_count;
  /// Elements from the input's address to the values [T, C] of each site.
  ptrdiff_t site_offset[4];
  /// Elements from a site to the same site of the next window, which is prefetched; 0 for no prefetching.
  ptrdiff_t next_offset;
  /// Elements from one time step's batch norm factors to the next one's: channel_count, or 0 if all time steps share them.
  ptrdiff_t norm_stride;
  /// 1 for maximum pooling, whose result is one bit; 4 for average pooling, whose result has one bit for each site.
  ptrdiff_t bit_plane_count;
  /// Units of 16 bits from one time step's bits to the next one's, and from one bit plane to the next.
  ptrdiff_t bits_step_stride;
  ptrdiff_t bit_plane_stride;
} dvsk_window;

/// Computes batch norm (input * scale + shift), neurons and pooling of a window.
///
/// bits get 16 channels in each unit. The number of spikes before pooling is added to counts [C].
void dvsk_window_forward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, uint16_t *bits, int32_t *counts);

/// The input and the results of a window's backward pass.
///
/// x is batch norm's input, dy the gradient with respect to its output (after γ and β).
typedef struct {
  /// The gradient with respect to the pooled spikes [T, C], whose time steps are pooled_step_stride apart.
  const float *pooled;
  ptrdiff_t pooled_step_stride;
  /// Gets dy or, if `a` is not null, the gradient with respect to the input, dx = a * dy + b * x + c. Null if not needed.
  float *result;
  /// The factors of dx: [C], or [T, C] if norm_stride is not 0.
  const float *a;
  const float *b;
  const float *c;
  /// Elements from result to the first time step of each site, and from one time step to the next.
  ptrdiff_t result_site_offset[4];
  ptrdiff_t result_step_stride;
  /// Whether result is rounded to bfloat16.
  int rounds;
  /// If not null, the sums of dy and of dy * x are added to these: [C], or [T, C] if norm_stride is not 0.
  double *sums;
  double *products;
  /// If not null, the gradient with respect to k is added to it [C]; the one with respect to w is k(1 - k) times that.
  double *leak_gradient;
} dvsk_window_gradient;

/// The backward pass of dvsk_window_forward, which computes the membranes again. scratch is [T, sites, 16].
void dvsk_window_backward(
  dvsk_isa isa, const dvsk_neuron *neuron, const dvsk_window *window, const float *input,
  const float *scale, const float *shift, const dvsk_window_gradient *gradient, float *scratch);

// 3x3 convolutions with padding 1 of spikes, packed as bits. They skip zeros.

/// Spikes of one sample: bits [height, width, bit planes, words], with time steps that are step_stride words apart.
typedef struct {
  const uint64_t *bits;
  ptrdiff_t step_count;
  ptrdiff_t step_stride;
  ptrdiff_t height;
  ptrdiff_t width;
  ptrdiff_t bit_plane_count;
  ptrdiff_t word_count;
  /// Input channels of the weights, including padding.
  ptrdiff_t channel_count;
} dvsk_spike_image;

/// The weights and results of a convolution of spikes.
typedef struct {
  /// [9, input channels, C], where C is a multiple of 16.
  const float *weights;
  ptrdiff_t channel_count;
  /// The factor for each sum: 1/4 after average pooling, otherwise 1.
  float scale;
  /// The row of the image at which `values` begins.
  ptrdiff_t first_row;
  /// Gets pixels [T, C] that are pixel_stride apart.
  float *values;
  ptrdiff_t pixel_stride;
  /// If not null, the sums of the values and of their squares are added to these: [C] if group_stride is 0, or [T, C] if it
  /// is C.
  double *sums;
  double *squares;
  ptrdiff_t group_stride;
} dvsk_spike_output;

/// Computes rows of the convolution, for all time steps.
void dvsk_spike_forward(
  dvsk_isa isa, const dvsk_spike_image *image, const dvsk_spike_output *output,
  ptrdiff_t first_row, ptrdiff_t row_count);

/// The largest number of words, of one bit for each pixel, that dvsk_spike_weight_gradient uses for a column range.
enum { DVSK_GRADIENT_WORDS = 4 };

/// Adds the weight gradient from rows of one time step to weights [9, input channels, C].
///
/// It computes input channels first_input ..< end_input, both multiples of 16. gradient [rows, width, C] begins at
/// first_row. row_count is at most DVSK_GRADIENT_WORDS * max(1, 64 / width): a word of 64 bits has one bit for each pixel,
/// and contains as many rows as fit. masks [3, rows + 2, input channels] is scratch.
void dvsk_spike_weight_gradient(
  dvsk_isa isa, const dvsk_spike_image *image, const float *gradient, ptrdiff_t channel_count,
  ptrdiff_t first_row, ptrdiff_t row_count, ptrdiff_t first_input, ptrdiff_t end_input,
  float *weights, uint64_t *masks);

/// Converts the spikes of the first time step to float32: values [height, width, C] get the sum of the bit planes times
/// scale.
void dvsk_expand_bits(dvsk_isa isa, const dvsk_spike_image *image, float scale, float *values);

/// Adds the values [C] of pixels, which are pixel_stride apart, to sums [C], and their squares to squares [C].
void dvsk_add_moments(
  dvsk_isa isa, const float *values, ptrdiff_t pixel_count, ptrdiff_t pixel_stride,
  ptrdiff_t channel_count, double *sums, double *squares);

/// result [rows, columns] = left [rows, inner] times right [inner, columns]; rows a multiple of 8, columns of 16.
///
/// right is divided into panels of 32 columns, the last perhaps of 16, which are stored one after the other: [inner, 32].
void dvsk_small_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t row_count,
  ptrdiff_t inner_count, ptrdiff_t column_count);

/// The same as dvsk_small_product for matrices [side, side], where side is a multiple of 32, but for measuring speed:
/// without fused multiply-adds in the instruction set, it does not emulate them, so that products are also rounded.
void dvsk_peak_product(
  dvsk_isa isa, const float *left, const float *right, float *result, ptrdiff_t side);

/// A 3x3 convolution with padding 1 of a float32 image [height, width, inputs] by Winograd's minimal filtering.
typedef struct {
  ptrdiff_t height;
  ptrdiff_t width;
  /// Both multiples of 16.
  ptrdiff_t input_channel_count;
  ptrdiff_t output_channel_count;
  ptrdiff_t output_pixel_stride;
  /// The side length of a tile of outputs: 4 or 2.
  ptrdiff_t tile_size;
  /// Whether factors are rounded to bfloat16; sums are float32. Requires DVSK_AVX512_BF16.
  int uses_bfloat16;
} dvsk_winograd;

/// Computes tiles, which are numbered row by row.
///
/// weights are the (tile_size + 2)^2 matrices from dvsk_pack_winograd. scratch has
/// (tile_size + 2)^2 * ((tile_count rounded up to a multiple of 8) * (inputs + outputs) + 32) elements.
void dvsk_winograd_tiles(
  dvsk_isa isa, const dvsk_winograd *winograd, const float *input, const void *weights,
  float *output, ptrdiff_t first_tile, ptrdiff_t tile_count, float *scratch);

// The first convolution, whose input is event counts for one or two polarities, mostly zero.

/// Event counts of one sample with a border of zeros [T, height + 2, width + 2, P], where P = polarity_count is 1 or 2.
/// Kernels may read DVSK_COUNTS_READ_BEYOND elements after them.
typedef struct {
  const float *counts;
  ptrdiff_t polarity_count;
  ptrdiff_t step_count;
  ptrdiff_t step_stride;
  ptrdiff_t row_stride;
} dvsk_count_image;

enum { DVSK_COUNTS_READ_BEYOND = 5 };

/// Computes the convolution at one pixel: values [T, C], from weights [9 P, C] of inputs (row * 3 + column) * P + polarity.
void dvsk_count_forward(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *weights, ptrdiff_t channel_count, float *values);

/// Adds sums over rows and time steps to moments: of products of two inputs [9 P, 9 P], then of inputs [9 P].
///
/// group_stride is the number of elements from one time step's moments to the next one's, or 0 if all share them.
void dvsk_count_moments(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row,
  ptrdiff_t row_count, ptrdiff_t group_stride, double *moments);

/// Adds the inputs at one pixel times its gradient [T, C], summed over time steps, to weights [9 P, C].
void dvsk_count_weight_gradient(
  dvsk_isa isa, const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column,
  const float *gradient, ptrdiff_t channel_count, float *weights);

// Weights.

/// Filters [outputs, inputs, 3, 3], and the size of the matrices that they are copied to.
typedef struct {
  const float *filters;
  ptrdiff_t output_count;
  ptrdiff_t input_count;
  /// Rows and columns of the result, at least as many as inputs and outputs; the rest is not written.
  ptrdiff_t padded_rows;
  ptrdiff_t padded_columns;
} dvsk_filters;

/// Copies filters to packed [9, rows, columns], where a row is an input and a column an output, for the outputs
/// first_output ..< end_output.
void dvsk_pack_filters(
  const dvsk_filters *filters, ptrdiff_t first_output, ptrdiff_t end_output, float *packed);

/// Adds packed [9, rows, columns] times scale to filters [outputs, inputs, 3, 3], for the outputs first_output ..<
/// end_output.
void dvsk_add_packed_filters(
  const dvsk_filters *shape, ptrdiff_t first_output, ptrdiff_t end_output, const float *packed,
  float scale, float *filters);

/// Transforms filters for Winograd's minimal filtering: packed gets rows first_row ..< end_row of (tile_size + 2)^2
/// matrices.
///
/// Each matrix is divided into panels of 32 columns, like `right` of dvsk_small_product. With `uses_bfloat16` it is of
/// bfloat16, and the elements of two rows alternate in memory, column by column.
/// A row is an input and a column an output. With `transposes`, for a transposed convolution, a row is an output and a
/// column an input, and filters are rotated by 180 degrees.
void dvsk_pack_winograd(
  const dvsk_filters *filters, int tile_size, int transposes, int uses_bfloat16,
  ptrdiff_t first_row, ptrdiff_t end_row, void *packed);
