#pragma once

// What the GPU's kernels are given, one structure each. The kernels' source includes this header, and so does the code
// that starts them, to which an address on the device is a number.
//
// Images are numbered t·N + n. A row of `bits` is a pixel's channels, 32 a word; behind average pooling a pixel has four
// rows, one for each spike of its window ("planes"). Numbers of a pixel's channels are padded with zeros to a multiple of
// four, halves to a multiple of eight. Sums are double until they are rounded once.

#ifdef GPU_KERNELS
#define GPU_ADDRESS(type) type *
#else
#include <stdint.h>
#define GPU_ADDRESS(type) uint64_t
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

/// Derivatives that stand in for a spike's.
enum { GPU_ATAN = 0, GPU_SIGMOID = 1, GPU_PIECEWISE_QUADRATIC = 2 };

/// A layer of neurons; see NeuronConstants.
typedef struct {
  float tau;
  float k;
  float threshold;
  float reset;
  float alpha;
  u32 divides;
  u32 is_soft;
  u32 detaches_reset;
  u32 decays_input;
  u32 surrogate;
} gpu_neuron;

/// A batch's images of one layer.
typedef struct {
  /// T.
  u32 steps;
  /// N.
  u32 samples;
  u32 height;
  u32 width;
  u32 channels;
  /// Groups of images with batch statistics of their own: 1 or T.
  u32 groups;
} gpu_images;

/// How a layer's spikes are pooled.
typedef struct {
  /// 2 where windows of 2 × 2 are pooled, 1 where they are not.
  u32 edge;
  /// 4 where the spikes of a window are averaged, else 1.
  u32 planes;
} gpu_pooling;

/// The largest magnitude of some values, as the bits of a float: `largest` must be 0 before.
typedef struct {
  GPU_ADDRESS(const float) values;
  GPU_ADDRESS(u32) largest;
  u32 count;
} gpu_largest;

/// Weights [outputs, inputs, taps] as the halves of float16 that the products take.
///
/// A linear layer behind images has their pixels as taps.
typedef struct {
  GPU_ADDRESS(const float) weights;
  /// Their largest magnitude.
  GPU_ADDRESS(const u32) largest;
  GPU_ADDRESS(u32) packed;
  u32 outputs;
  u32 inputs;
  u32 taps;
  /// 0: for products with spikes; 1: for the gradient of a convolution's input; 2: of a linear layer's.
  u32 direction;
} gpu_pack;

/// Products of spikes and weights: a convolution, or a linear layer.
typedef struct {
  GPU_ADDRESS(const u32) bits;
  GPU_ADDRESS(const u32) packed;
  /// The weights' largest magnitude.
  GPU_ADDRESS(const u32) largest;
  /// [rows, columns].
  GPU_ADDRESS(float) output;
  u32 rows;
  u32 columns;
  /// Channels of a pixel.
  u32 inputs;
  u32 taps;
  u32 height;
  u32 width;
  /// Whether rows are pixels, which see their neighbours; else rows are images, whose taps are their pixels.
  u32 is_convolution;
  /// What the products are multiplied by.
  float factor;
} gpu_spike_product;

/// The same without tensor cores, from the weights themselves.
typedef struct {
  gpu_spike_product product;
  /// [outputs, inputs, taps].
  GPU_ADDRESS(const float) weights;
  /// Of the spikes: 1 or 4.
  u32 planes;
  /// Whether weights are rounded to float16.
  u32 is_half;
} gpu_plain_spike_product;

/// Products of gradients and weights: the gradient of a layer's input.
typedef struct {
  /// [2, pixels, outputs]: high and low halves.
  GPU_ADDRESS(const u16) gradients;
  GPU_ADDRESS(const int) gradient_exponent;
  GPU_ADDRESS(const u32) packed;
  GPU_ADDRESS(const u32) largest;
  /// [rows, columns].
  GPU_ADDRESS(float) output;
  /// Bits of a dropout's mask [N, taps, words], for a linear layer; else no address.
  GPU_ADDRESS(const u32) mask;
  u32 rows;
  u32 columns;
  u32 outputs;
  u32 taps;
  u32 height;
  u32 width;
  u32 is_convolution;
  u32 samples;
  /// Channels of a pixel of what comes out; columns are all pixels' that a linear layer sees.
  u32 channels;
  /// What the products are multiplied by.
  float factor;
} gpu_dense_product;

/// The same without tensor cores, from the weights themselves.
typedef struct {
  gpu_dense_product product;
  /// [outputs, inputs, taps].
  GPU_ADDRESS(const float) weights;
  /// Whether weights are rounded to float16, and gradients have high halves only.
  u32 is_half;
} gpu_plain_dense_product;

/// Sums over pixels of products of gradients and spikes: the gradient of a layer's weights.
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

/// The same without tensor cores.
typedef struct {
  gpu_weight_product product;
  /// Of the spikes: 1 or 4.
  u32 planes;
  /// Whether gradients have high halves only.
  u32 is_half;
} gpu_plain_weight_product;

/// The sum of what the partitions found, added to the gradient [outputs, inputs, taps].
typedef struct {
  GPU_ADDRESS(const float) partial;
  GPU_ADDRESS(const int) gradient_exponent;
  GPU_ADDRESS(float) gradient;
  u32 partitions;
  u32 outputs;
  u32 inputs;
  u32 taps;
  /// What the sums are multiplied by.
  float factor;
} gpu_weight_sum;

/// Sums and sums of squares of each group and channel.
typedef struct {
  /// [rows, channels]; a group's rows are neighbours.
  GPU_ADDRESS(const float) values;
  /// [partitions, groups, 2, channels].
  GPU_ADDRESS(double) partial;
  u32 group_rows;
  u32 groups;
  u32 channels;
  u32 partitions;
} gpu_moments;

/// What normalizes, from sums or from the running statistics.
typedef struct {
  GPU_ADDRESS(const double) partial;
  GPU_ADDRESS(const float) weight;
  GPU_ADDRESS(const float) bias;
  GPU_ADDRESS(float) running_mean;
  GPU_ADDRESS(float) running_variance;
  /// [groups, 2, channels]: mean and 1/√(variance + ε).
  GPU_ADDRESS(double) statistics;
  /// [groups, 2, channels]: factor and summand.
  GPU_ADDRESS(float) factors;
  u32 partitions;
  u32 groups;
  u32 channels;
  /// Whether the running statistics are taken, and not updated.
  u32 is_evaluation;
  /// Values of a channel in a group.
  double count;
  double epsilon;
  double momentum;
} gpu_norm;

/// Batch norm, neurons over T steps, and pooling.
typedef struct {
  GPU_ADDRESS(const float) values;
  GPU_ADDRESS(const float) factors;
  /// [images, pooled pixels, planes, words].
  GPU_ADDRESS(u32) bits;
  /// [channels], added to.
  GPU_ADDRESS(u64) spikes;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
} gpu_neurons_forward;

/// The backward pass through pooling, neurons and batch norm.
typedef struct {
  /// [images, pixels, channels].
  GPU_ADDRESS(const float) values;
  /// [2, images, pixels, channels]: where `writes`, the gradients of the values, as high and low halves.
  GPU_ADDRESS(u16) gradients;
  GPU_ADDRESS(const float) factors;
  /// [images, pooled pixels, channels].
  GPU_ADDRESS(const float) pooled;
  /// Membranes [T, sites, threads]; no address where they are kept in registers.
  GPU_ADDRESS(float) membranes;
  /// [partitions, groups, 3, channels]: sums of gradients, of gradients times values, and over k.
  GPU_ADDRESS(double) partial;
  /// [2, channels]: the largest magnitudes of gradients and of values, as the bits of floats.
  GPU_ADDRESS(u32) largest;
  /// [groups, 3, channels]: a·gradient + b·value + c is the gradient of a value.
  GPU_ADDRESS(const float) backward_factors;
  GPU_ADDRESS(const int) gradient_exponent;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
  /// Whether gradients are written; else they are summed.
  u32 writes;
  /// Whether only the high halves are written.
  u32 is_half;
} gpu_neurons_backward;

/// The gradients of γ, β and the membrane's weight, and what the gradient of a value consists of.
typedef struct {
  GPU_ADDRESS(const double) partial;
  GPU_ADDRESS(const u32) largest;
  /// [groups, 2, channels]; no address where there is no batch norm.
  GPU_ADDRESS(const double) statistics;
  GPU_ADDRESS(const float) weight;
  GPU_ADDRESS(float) weight_gradient;
  GPU_ADDRESS(float) bias_gradient;
  /// No address where the time constant is not learned.
  GPU_ADDRESS(float) membrane_gradient;
  GPU_ADDRESS(float) backward_factors;
  /// [channels]: the largest magnitudes of values' gradients at most, as the bits of floats.
  GPU_ADDRESS(u32) bounds;
  /// [channels]: sums over k.
  GPU_ADDRESS(double) leaks;
  GPU_ADDRESS(int) gradient_exponent;
  u32 partitions;
  u32 groups;
  u32 channels;
  double count;
  /// k(1 − k).
  double membrane_slope;
} gpu_gradient_factors;

/// Sums of counts and of products of counts that the first convolution's taps see: [groups, pairs + taps].
typedef struct {
  GPU_ADDRESS(const void) counts;
  GPU_ADDRESS(u64) sums;
  gpu_images images;
  u32 polarities;
  /// Bytes of a count: 1 or 2.
  u32 count_bytes;
} gpu_count_moments;

/// What normalizes behind the first convolution, from the moments of counts.
typedef struct {
  GPU_ADDRESS(const u64) sums;
  /// [channels, polarities · 9].
  GPU_ADDRESS(const float) weights;
  u32 taps;
  gpu_norm norm;
} gpu_first_norm;

/// The first convolution, batch norm, neurons and pooling in one.
typedef struct {
  /// [N, T, polarities, H, W].
  GPU_ADDRESS(const void) counts;
  GPU_ADDRESS(const float) weights;
  /// Their largest magnitude, for products on tensor cores.
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

/// The backward pass through all of that.
typedef struct {
  GPU_ADDRESS(const void) counts;
  GPU_ADDRESS(const float) weights;
  /// Their largest magnitude, for products on tensor cores.
  GPU_ADDRESS(const u32) largest;
  GPU_ADDRESS(const float) factors;
  GPU_ADDRESS(const float) pooled;
  /// Charges of the neurons that the blocks have at a time.
  GPU_ADDRESS(float) membranes;
  /// [partitions, groups, 2 + taps, channels]: sums of gradients, over k, and of gradients times counts.
  GPU_ADDRESS(double) partial;
  gpu_neuron neuron;
  gpu_images images;
  gpu_pooling pooling;
  u32 polarities;
  u32 count_bytes;
  /// Whether sums over k are needed.
  u32 learns_k;
} gpu_first_backward;

/// What the backward pass through the first stage has summed [partitions, count]: the first partition's place takes the sums.
typedef struct {
  GPU_ADDRESS(double) partial;
  u32 partitions;
  u32 count;
} gpu_first_partitions;

/// The gradients of the first stage's parameters.
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

/// Bits [images, taps · planes · words] of the features that dropout keeps.
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

/// An optimizer's step over all parameters; what is not an optimizer's own is not read.
typedef struct {
  GPU_ADDRESS(float) parameters;
  GPU_ADDRESS(float) gradients;
  /// Adam's means, or SGD's momentum.
  GPU_ADDRESS(float) first;
  /// Adam's squares.
  GPU_ADDRESS(float) second;
  u32 count;
  u32 is_adam;
  float rate;
  float correction;
  float decay;
  float momentum;
} gpu_update;
