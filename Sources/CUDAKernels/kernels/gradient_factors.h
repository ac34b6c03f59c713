#pragma once

#include "fragments.h"
#include "norm.h"

/// The bits of a float that is at least `value`, for value ≥ 0.
GPU_INLINE u32 bits_rounded_up(double value)
{
  const float rounded = (float)value;
  return float_bits(rounded) + (rounded < value ? 1 : 0);
}

/// The backward pass of batch norm: gradients with respect to γ and β, or to the bias of a linear layer; a, b and c, which yield the gradient with
/// respect to each input value x; an upper bound of its magnitude; and the sum of the gradient with respect to the
/// decay factor k.
///
/// dy is the gradient with respect to batch norm's output, n the number of values of a channel.
/// With x̂ = (x − mean)·inverse, dγ = Σ dy·x̂ = inverse·(Σ dy·x − mean·Σ dy), dβ = Σ dy,
/// and dx = γ·inverse·(dy − dβ/n − x̂·dγ/n) = a·dy + b·x + c, of magnitude at most |a|·max|dy| + |b|·max|x| + |c|.
GPU_KERNEL(gpu_finish_gradients, gpu_gradient_factors, FINISH_THREADS)
{
  GPU_SHARED(double, shared, 3 * FINISH_THREADS);
  const u32 channel = block_index() * FINISH_CHANNELS + thread_index() % FINISH_CHANNELS;
  const bool finishes = thread_index() < FINISH_CHANNELS && channel < given.channels;
  const double largestGradient = finishes ? bits_float(given.largest[channel]) : 0;
  const double largestValue = finishes ? bits_float(given.largest[given.channels + channel]) : 0;
  double weightGradient = 0, biasGradient = 0, leak = 0;
  u32 bound = 0;
  for (u32 group = 0; group < given.groups; group++) {
    double sums[3];
    sum_partitions(
      sums, shared, given.partial, given.partitions, given.groups, group, given.channels, channel);
    if (!finishes) continue;
    leak += sums[2];
    biasGradient += sums[0];
    double a = 1, b = 0, c = 0;
    if (given.statistics) {
      const double *statistics = given.statistics + (u64)group * 2 * given.channels + channel;
      const double mean = statistics[0], inverse = statistics[given.channels];
      const double ofWeight = inverse * (sums[1] - mean * sums[0]);
      weightGradient += ofWeight;
      a = (double)given.weight[channel] * inverse;
      b = -a * inverse * ofWeight / given.count;
      c = -b * mean - a * sums[0] / given.count;
    }
    float *factors = given.backward_factors + (u64)group * 3 * given.channels + channel;
    factors[0] = (float)a;
    factors[given.channels] = (float)b;
    factors[2 * given.channels] = (float)c;
    const double size = (a < 0 ? -a : a) * largestGradient + (b < 0 ? -b : b) * largestValue + (c < 0 ? -c : c);
    const u32 bits = bits_rounded_up(size) & 0x7fffffffu;
    bound = bits > bound ? bits : bound;
  }
  if (!finishes) return;
  given.bounds[channel] = bound;
  given.leaks[channel] = leak;
  if (given.statistics) given.weight_gradient[channel] += (float)weightGradient;
  if (given.bias_gradient) given.bias_gradient[channel] += (float)biasGradient;
}

/// The exponent that scales a layer's largest gradient into float16's range, and the gradient with respect to the time
/// constant's weight. Grid: one block.
GPU_KERNEL(gpu_finish_layer_gradients, gpu_gradient_factors, FINISH_THREADS)
{
  GPU_SHARED(u32, bounds, FINISH_THREADS);
  GPU_SHARED(double, leaks, FINISH_THREADS);
  u32 bound = 0;
  double leak = 0;
  for (u32 channel = thread_index(); channel < given.channels; channel += FINISH_THREADS) {
    bound = given.bounds[channel] > bound ? given.bounds[channel] : bound;
    leak += given.leaks[channel];
  }
  bounds[thread_index()] = bound;
  leaks[thread_index()] = leak;
  for (u32 half = FINISH_THREADS / 2; half > 0; half /= 2) {
    barrier();
    if (thread_index() >= half) continue;
    const u32 other = bounds[thread_index() + half];
    if (other > bounds[thread_index()]) bounds[thread_index()] = other;
    leaks[thread_index()] += leaks[thread_index() + half];
  }
  if (thread_index() != 0) return;
  *given.gradient_exponent = scale_exponent(bounds[0]);
  if (given.membrane_gradient) *given.membrane_gradient += (float)(leaks[0] * given.membrane_slope);
}
