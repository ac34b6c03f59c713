#pragma once

// The arguments of the GPU's kernels, one structure for each kind. Both the kernels and the code that launches them
// include this header; the latter sees a device address as an integer.
//
// Image t·N + n is time step t of sample n. A row of `bits` has a pixel's channels, 32 a word; after average pooling a
// pixel has four rows, one for each site of its pooling window (bit planes). A pixel's floats are padded with zeros to
// a multiple of four channels, its halves (float16) to a multiple of eight. Sums are double, and rounded once.

#ifdef GPU_KERNELS
#define GPU_ADDRESS(type) type *
#else
#include <stdint.h>
#define GPU_ADDRESS(type) uint64_t
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

/// Surrogates: functions whose derivative stands for that of a spike.
enum { GPU_ATAN = 0, GPU_SIGMOID = 1, GPU_PIECEWISE_QUADRATIC = 2 };

/// The constants of a layer's neurons; see NeuronConstants.
typedef struct {
  float tau;
  float k;
  float threshold;
  float reset;
  float alpha;
  /// Whether to divide by τ instead of multiplying by k.
  u32 divides;
  u32 is_soft;
  u32 detaches_reset;
  u32 decays_input;
  u32 surrogate;
} gpu_neuron;

/// The shape of a batch's images in one layer.
typedef struct {
  /// T, the number of time steps.
  u32 steps;
  /// N, the batch size.
  u32 samples;
  u32 height;
  u32 width;
  u32 channels;
  /// Groups of images, each with its own batch statistics: 1, or T (one for each time step).
  u32 groups;
} gpu_images;

/// How a layer's spikes are pooled.
typedef struct {
  /// The side of a pooling window: 2, or 1 without pooling.
  u32 edge;
  /// Bit planes of a pooled pixel: 4 for average pooling, else 1.
  u32 planes;
} gpu_pooling;

/// The largest magnitude of some values, as the bits of a float. `largest` must be 0 before the launch.
typedef struct {
  GPU_ADDRESS(const float) values;
  GPU_ADDRESS(u32) largest;
  u32 count;
} gpu_largest;

/// Packs weights [outputs, inputs, taps] as high and low float16 halves, in the order in which tensor cores take them.
///
/// The taps of a linear layer are the pixels of its input images.
typedef struct {
  GPU_ADDRESS(const float) weights;
  /// The weights' largest magnitude.
  GPU_ADDRESS(const u32) largest;
  GPU_ADDRESS(u32) packed;
  u32 outputs;
  u32 inputs;
  u32 taps;
  /// 0: for products with spikes; 1, 2: for the gradient with respect to the input of a convolution, of a linear layer.
  u32 direction;
} gpu_pack;

/// Products of spikes and weights: the forward pass of a convolution or linear layer.
typedef struct {
  GPU_ADDRESS(const u32) bits;
  GPU_ADDRESS(const u32) packed;
  /// The weights' largest magnitude.
  GPU_ADDRESS(const u32) largest;
  /// [rows, columns].
  GPU_ADDRESS(float) output;
  u32 rows;
  u32 columns;
  /// Input channels of a pixel.
  u32 inputs;
  u32 taps;
  u32 height;
  u32 width;
  /// Whether a row is a pixel, with nine taps around it; else a row is an image, whose taps are its pixels.
  u32 is_convolution;
  /// Multiplies the products.
  float factor;
} gpu_spike_product;

/// gpu_spike_product without tensor cores, from unpacked weights.
typedef struct {
  gpu_spike_product product;
  /// [outputs, inputs, taps].
  GPU_ADDRESS(const float) weights;
  /// Bit planes of the spikes: 1 or 4.
  u32 planes;
  /// Whether weights are rounded to float16.
  u32 is_half;
} gpu_plain_spike_product;

/// Products of gradients and weights: the gradient with respect to a layer's input.
typedef struct {
  /// With respect to the layer's output, [2, pixels, outputs]: high and low halves.
  GPU_ADDRESS(const u16) gradients;
  /// Gradients are scaled by 2 to the power of this.
  GPU_ADDRESS(const int) gradient_exponent;
  GPU_ADDRESS(const u32) packed;
  GPU_ADDRESS(const u32) largest;
  /// [rows, columns].
  GPU_ADDRESS(float) output;
  /// Dropout's mask as bits [N, taps, words], for a linear layer; else null.
  GPU_ADDRESS(const u32) mask;
  u32 rows;
  u32 columns;
  u32 outputs;
  u32 taps;
  u32 height;
  u32 width;
  u32 is_convolution;
  u32 samples;
  /// Input channels of a pixel. A linear layer has a column for each channel of each of its pixels.
  u32 channels;
  /// Multiplies the products.
  float factor;
} gpu_dense_product;

/// gpu_dense_product without tensor cores, from unpacked weights.
typedef struct {
  gpu_dense_product product;
  /// [outputs, inputs, taps].
  GPU_ADDRESS(const float) weights;
  /// Whether weights are rounded to float16, and gradients have high halves only.
  u32 is_half;
} gpu_plain_dense_product;

/// Sums over rows of gradients times spikes: the gradient with respect to a layer's weights.
typedef struct {
  /// [2, rows, outputs]: high and low halves.
  GPU_ADDRESS(const u16) gradients;
  GPU_ADDRESS(const u32) bits;
  /// [partitions, taps, outputs, inputs], the latter two rounded up to 64.
  GPU_ADDRESS(float) partial;
  u32 rows;
  u32 outputs;
  u32 inputs;
  u32 taps;
  u32 height;
  u32 width;
  u32 is_convolution;
  /// Rows of a partition, a multiple of 32.
  u32 partition_rows;
} gpu_weight_product;

/// gpu_weight_product without tensor cores.
typedef struct {
  gpu_weight_product product;
  /// Bit planes of the spikes: 1 or 4.
  u32 planes;
  /// Whether gradients have high halves only.
  u32 is_half;
} gpu_plain_weight_product;

/// Adds the sums of all partitions to the gradient [outputs, inputs, taps].
typedef struct {
  GPU_ADDRESS(const float) partial;
  GPU_ADDRESS(const int) gradient_exponent;
  GPU_ADDRESS(float) gradient;
  u32 partitions;
  u32 outputs;
  u32 inputs;
  u32 taps;
  /// Multiplies the sums.
  float factor;
} gpu_weight_sum;

/// Sums of values and of their squares, for each group and channel.
typedef struct {
  /// [rows, channels]; the rows of a group are contiguous.
  GPU_ADDRESS(const float) values;
  /// [partitions, groups, 2, channels].
  GPU_ADDRESS(double) partial;
  u32 group_rows;
  u32 groups;
  u32 channels;
  u32 partitions;
} gpu_moments;

/// Batch norm's statistics and factors, from sums or from the running statistics.
typedef struct {
  GPU_ADDRESS(const double) partial;
  GPU_ADDRESS(const float) weight;
  GPU_ADDRESS(const float) bias;
  GPU_ADDRESS(float) running_mean;
  GPU_ADDRESS(float) running_variance;
  /// [groups, 2, channels]: mean and 1/√(variance + ε).
  GPU_ADDRESS(double) statistics;
  /// [groups, 2, channels]: batch norm's output is scale · value + shift.
  GPU_ADDRESS(float) factors;
  u32 partitions;
  u32 groups;
  u32 channels;
  /// Whether to use the running statistics and not update them.
  u32 is_evaluation;
  /// The number of values of a channel in a group.
  double count;
  double epsilon;
  double momentum;
} gpu_norm;

/// Batch norm, neurons over T steps, and pooling.
typedef struct {
  GPU_ADDRESS(const float) values;
  GPU_ADDRESS(const float) factors;
  /// [images, pooled pixels, bit planes, words].
  GPU_ADDRESS(u32) bits;
  /// [channels]: the numbers of spikes are added to these.
  GPU_ADDRESS(u64) spikes;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
} gpu_neurons_forward;

/// The backward pass through pooling, neurons and batch norm.
typedef struct {
  /// [images, pixels, channels].
  GPU_ADDRESS(const float) values;
  /// [2, images, pixels, channels]: gradients with respect to the values, as high and low halves, if `writes` is 1.
  GPU_ADDRESS(u16) gradients;
  GPU_ADDRESS(const float) factors;
  /// [images, pooled pixels, channels]: gradients with respect to the stage's output.
  GPU_ADDRESS(const float) pooled;
  /// Charges [T, sites, threads]; null where registers hold them.
  GPU_ADDRESS(float) membranes;
  /// [partitions, groups, 3, channels]: sums of gradients, of gradients times values, of gradients with respect to k.
  GPU_ADDRESS(double) partial;
  /// [2, channels]: the largest magnitudes of gradients and of values, as the bits of floats.
  GPU_ADDRESS(u32) largest;
  /// [groups, 3, channels]: a, b and c. The gradient with respect to a value is a·gradient + b·value + c.
  GPU_ADDRESS(const float) backward_factors;
  GPU_ADDRESS(const int) gradient_exponent;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
  /// Whether to write gradients; else they are summed.
  u32 writes;
  /// Whether to write the high halves only.
  u32 is_half;
} gpu_neurons_backward;

/// The gradients with respect to γ, β or a bias, and the time constant's weight, and the factors of those with respect to values.
typedef struct {
  GPU_ADDRESS(const double) partial;
  GPU_ADDRESS(const u32) largest;
  /// [groups, 2, channels]; null without batch norm.
  GPU_ADDRESS(const double) statistics;
  GPU_ADDRESS(const float) weight;
  GPU_ADDRESS(float) weight_gradient;
  /// With respect to β, or to a linear layer's bias; null without either.
  GPU_ADDRESS(float) bias_gradient;
  /// With respect to the time constant's weight w; null where the time constant is fixed.
  GPU_ADDRESS(float) membrane_gradient;
  GPU_ADDRESS(float) backward_factors;
  /// [channels]: upper bounds of the magnitudes of gradients with respect to values, as the bits of floats.
  GPU_ADDRESS(u32) bounds;
  /// [channels]: sums of the gradient with respect to k.
  GPU_ADDRESS(double) leaks;
  GPU_ADDRESS(int) gradient_exponent;
  u32 partitions;
  u32 groups;
  u32 channels;
  double count;
  /// dk/dw = k(1 − k), as k = sigmoid(w).
  double membrane_slope;
} gpu_gradient_factors;

/// Moments of the counts at the first convolution's taps: sums of products of two taps, then of each tap.
typedef struct {
  GPU_ADDRESS(const void) counts;
  /// [groups, pairs + taps].
  GPU_ADDRESS(u64) sums;
  gpu_images images;
  u32 polarities;
  /// Bytes of a count: 1 or 2.
  u32 count_bytes;
} gpu_count_moments;

/// Batch norm after the first convolution, from the moments of counts.
typedef struct {
  GPU_ADDRESS(const u64) sums;
  /// [channels, polarities · 9].
  GPU_ADDRESS(const float) weights;
  u32 taps;
  gpu_norm norm;
} gpu_first_norm;

/// The first stage: convolution, batch norm, neurons and pooling.
typedef struct {
  /// [N, T, polarities, H, W].
  GPU_ADDRESS(const void) counts;
  GPU_ADDRESS(const float) weights;
  /// The weights' largest magnitude, for products on tensor cores.
  GPU_ADDRESS(const u32) largest;
  GPU_ADDRESS(const float) factors;
  GPU_ADDRESS(u32) bits;
  GPU_ADDRESS(u64) spikes;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
  u32 polarities;
  u32 count_bytes;
} gpu_first_forward;

/// The backward pass through the first stage.
typedef struct {
  GPU_ADDRESS(const void) counts;
  GPU_ADDRESS(const float) weights;
  /// The weights' largest magnitude, for products on tensor cores.
  GPU_ADDRESS(const u32) largest;
  GPU_ADDRESS(const float) factors;
  GPU_ADDRESS(const float) pooled;
  /// Charges of the neurons that the running blocks process.
  GPU_ADDRESS(float) membranes;
  /// [partitions, groups, 2 + taps, channels]: sums of gradients, of gradients with respect to k, and of gradients
  /// times the counts at each tap.
  GPU_ADDRESS(double) partial;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
  u32 polarities;
  u32 count_bytes;
  /// Whether the gradient with respect to k is needed.
  u32 learns_k;
} gpu_first_backward;

/// The sums of the first stage's backward pass [partitions, count]. Their totals replace the first partition.
typedef struct {
  GPU_ADDRESS(double) partial;
  u32 partitions;
  u32 count;
} gpu_first_partitions;

/// The gradients with respect to the first stage's parameters.
typedef struct {
  /// [groups, 2 + taps, channels]: the sums of all partitions.
  GPU_ADDRESS(const double) partial;
  GPU_ADDRESS(const u64) sums;
  GPU_ADDRESS(const double) statistics;
  GPU_ADDRESS(const float) weights;
  GPU_ADDRESS(const float) norm_weight;
  GPU_ADDRESS(float) weight_gradient;
  GPU_ADDRESS(float) norm_weight_gradient;
  GPU_ADDRESS(float) norm_bias_gradient;
  GPU_ADDRESS(float) membrane_gradient;
  u32 groups;
  u32 channels;
  u32 taps;
  double count;
  double membrane_slope;
} gpu_first_gradients;

/// Applies dropout's mask to spikes, as bits [images, taps · bit planes · words].
typedef struct {
  GPU_ADDRESS(const u32) bits;
  /// [N, taps, words].
  GPU_ADDRESS(const u32) mask;
  GPU_ADDRESS(u32) kept;
  u32 images;
  u32 samples;
  u32 taps;
  u32 planes;
  u32 words;
} gpu_dropout;

/// One step of Adam or SGD over all parameters; an optimizer reads its own fields only.
typedef struct {
  GPU_ADDRESS(float) parameters;
  GPU_ADDRESS(float) gradients;
  /// Adam's first moments, or SGD's momentum.
  GPU_ADDRESS(float) first;
  /// Adam's second moments.
  GPU_ADDRESS(float) second;
  u32 count;
  u32 is_adam;
  float rate;
  float correction;
  float decay;
  float momentum;
} gpu_update;
