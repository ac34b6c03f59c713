#pragma once

#include "device.h"

enum { ELEMENT_THREADS = 256 };

/// Removes the spikes of dropped features.
GPU_KERNEL(gpu_drop, gpu_dropout, ELEMENT_THREADS)
{
  const u64 count = (u64)given.images * given.taps * given.planes * given.words;
  for (u64 index = block_index() * ELEMENT_THREADS + thread_index(); index < count;
       index += block_count() * ELEMENT_THREADS) {
    const u32 word = index % given.words;
    const u64 pixel = index / given.words / given.planes;
    const u64 sample = pixel / given.taps % given.samples;
    given.kept[index] =
      given.bits[index] & given.mask[(sample * given.taps + pixel % given.taps) * given.words + word];
  }
}

/// One step of the optimizer, as Optimizer defines it. Sets gradients to 0.
GPU_KERNEL(gpu_update_parameters, gpu_update, ELEMENT_THREADS)
{
  for (u32 index = block_index() * ELEMENT_THREADS + thread_index(); index < given.count;
       index += block_count() * ELEMENT_THREADS) {
    const float gradient = given.gradients[index];
    if (given.is_adam) {
      const float mean = given.first[index] + (gradient - given.first[index]) * (float)(1 - 0.9);
      const float square = given.second[index] * (float)0.999 + (float)(1 - 0.999) * gradient * gradient;
      given.first[index] = mean;
      given.second[index] = square;
      const float size = root(square) / given.correction + 1e-8f;
      given.parameters[index] = given.parameters[index] * given.decay - given.rate * (mean / size);
    } else {
      const float momentum = given.first[index] * given.momentum + gradient;
      given.first[index] = momentum;
      given.parameters[index] -= given.rate * momentum;
    }
    given.gradients[index] = 0;
  }
}
