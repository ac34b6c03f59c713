#pragma once

#include "first_tile.h"

/// A lane's sums for each of two channels: gradients, gradients with respect to k, gradients times each tap's count.
enum { PAIR_SUMS = 2 + MAX_TAPS, OWN_SUMS = 2 * PAIR_SUMS / TILE_WINDOWS };

/// Adds float32 sums to the partition's, and sets them to 0.
///
/// Sums over the eight windows in three levels: at each, two lanes exchange halves of their sums, so that in the end
/// each lane has an eighth of the totals.
GPU_INLINE void add_pair_sums(
  const gpu_first_backward &given, u32 channel, u32 group, float (&sums)[2][PAIR_SUMS])
{
  float values[2 * PAIR_SUMS];
  GPU_UNROLL
  for (int index = 0; index < 2 * PAIR_SUMS; index++) values[index] = sums[index / PAIR_SUMS][index % PAIR_SUMS];
  u32 first = 0;
  GPU_UNROLL
  for (u32 level = 0; level < 3; level++) {
    const u32 mask = WARP / 2 >> level, half = PAIR_SUMS >> level;
    const bool isUpper = lane_index() & mask;
    first += isUpper ? half : 0;
    GPU_UNROLL
    for (u32 index = 0; index < PAIR_SUMS; index++) {
      if (index >= half) continue;
      const float kept = isUpper ? values[half + index] : values[index];
      const float sent = isUpper ? values[index] : values[half + index];
      values[index] = kept + bits_float(warp_exchange(float_bits(sent), mask));
    }
  }
  const u32 taps = 9 * given.polarities, channels = given.images.channels;
  const u32 own = channel + first / PAIR_SUMS, firstQuantity = first % PAIR_SUMS;
  double *target = given.partial + ((u64)block_index() * given.images.groups + group) * (2 + taps) * channels + own;
  const gpu_neuron &neuron = given.neuron;
  double leakFactor = 1;
  if (given.learns_k && neuron.decays_input) {
    const double k = neuron.divides ? 1 / (double)neuron.tau : (double)neuron.k;
    leakFactor = k > 0 ? 1 / (k * k) : 0;
  }
  GPU_UNROLL
  for (u32 index = 0; index < OWN_SUMS; index++) {
    const u32 quantity = firstQuantity + index;
    const double value = (double)values[index] * (quantity == 1 ? leakFactor : 1);
    if (own < channels && quantity < 2 + taps) target[quantity * channels] += value;
  }
  GPU_UNROLL
  for (int index = 0; index < 2 * PAIR_SUMS; index++) sums[index / PAIR_SUMS][index % PAIR_SUMS] = 0;
}

/// Adds the products of the sites' gradients and the counts at their taps in one time step.
GPU_INLINE void add_tap_products(float (&sums)[2][PAIR_SUMS], const float (&gradients)[2][4], const float_pair *step)
{
  const float_pair *own = step + lane_index() / 4;
  GPU_UNROLL
  for (int polarity = 0; polarity < 2; polarity++) {
    GPU_UNROLL
    for (int row = 0; row < 4; row++) {
      const float_pair left = own[(4 * polarity + row) * LINE_WORDS], right = own[(4 * polarity + row) * LINE_WORDS + 1];
      const float counts[4] = {left.first, left.second, right.first, right.second};
      GPU_UNROLL
      for (int site = 0; site < 4; site++) {
        const int tapRow = row - site / 2;
        if (tapRow < 0 || tapRow > 2) continue;
        GPU_UNROLL
        for (int tap = 0; tap < 3; tap++) {
          GPU_UNROLL
          for (int which = 0; which < 2; which++) {
            float &sum = sums[which][2 + 9 * polarity + 3 * tapRow + tap];
            sum = fused(gradients[which][site], counts[site % 2 + tap], sum);
          }
        }
      }
    }
  }
}

/// The backward pass through the first stage, like run_first_backward. A block has tiles of a word of channels, a warp
/// eight of the channels.
///
/// Charges are kept, and a neuron's gradients follow from them, so the convolution is computed only once. The gradient
/// with respect to k does, too: with charge = before + k·(input − decayed) it is gradient·(charge − before)/k. As
/// `found` is k·gradient, add_pair_sums divides by k².
template <bool isUsual>
GPU_INLINE void run_first_tensor_backward(const gpu_first_backward &given, u32 *halves, float_pair *values)
{
  const gpu_images &images = given.images;
  const gpu_neuron neuron = specialized<isUsual>(given.neuron);
  const u32 words = ceil_div(images.channels, WARP), stride = channel_stride(images.channels);
  const u32 tiles = tile_count(images, given.pooling), chunks = ceil_div(images.steps, TILE_STEPS);
  const u32 eight = block_column() * WARP + 8 * warp_index(), channel = eight + lane_index() % 4 * 2;
  const bool works = eight < images.channels;
  const u32 threads = block_count() * words * FIRST_THREADS;
  const int exponent = scale_exponent(*given.largest);
  const float scale = power_of_two(-exponent);
  for (u32 tile = block_index(); tile < tiles; tile += block_count()) {
    const pooling_window first = tile_at(tile, block_column(), images, given.pooling);
    pooling_window window = first;
    window.column += lane_index() / 4;
    // Incomplete windows and the padding after the last channel have no gradient.
    const bool hasGradient = is_whole(window, images, given.pooling) && channel < images.channels;
    const float *pooled =
      given.pooled + (hasGradient ? pooled_pixel(window, 0, images, given.pooling) * stride + channel : 0);
    const u64 pooledValues = (u64)images.samples * pooled_extent(images.height, given.pooling)
      * pooled_extent(images.width, given.pooling) * stride;
    float last[2][4], after[2][4];
    GPU_UNROLL
    for (int index = 0; index < 8; index++) last[index / 4][index % 4] = neuron.reset, after[index / 4][index % 4] = 0;
    // Loaded again for each tile, to free their registers during the backward pass.
    first_weights weights;
    load_fragments(weights, given.weights, eight, images.channels, given.polarities, exponent);
    pair_factors factors = {};
    float_quad *charge = (float_quad *)given.membranes
      + (block_column() * block_count() + block_index()) * FIRST_THREADS + thread_index();
    for (u32 start = 0; start < images.steps; start += TILE_STEPS) {
      const u32 steps = minimum(TILE_STEPS, images.steps - start);
      barrier();
      load_tile(halves, values, (const u8 *)given.counts, given.polarities, first, start, steps, images);
      barrier();
      for (u32 step = start; step < start + steps && works; step++) {
        if (step == 0 || images.groups > 1) {
          factors = load_factors(
            given.factors + (u64)group_of(step, images) * 2 * images.channels, channel, images.channels, scale);
        }
        u32 sites[2][2][4];
        load_sites(sites, halves + (step - start) * STEP_WORDS);
        GPU_UNROLL
        for (int line = 0; line < 2; line++) {
          float products[4];
          multiply_sites(products, sites[line], weights);
          GPU_UNROLL
          for (int index = 0; index < 4; index++) {
            const float membrane = step == 0 ? neuron.reset : membrane_after(last[line][index], neuron);
            const float input = products[index] * factors.factor[index % 2] + factors.summand[index % 2];
            last[line][index] = charged(membrane, input, neuron);
          }
          *charge = {last[line][0], last[line][1], last[line][2], last[line][3]};
          charge += threads;
        }
      }
    }
    pooled += (images.steps - 1) * pooledValues;
    float_pair gradient = {0, 0};
    if (hasGradient) gradient = *(const float_pair *)pooled;
    // The last step's charges are still in registers.
    charge -= 2 * threads;
    for (u32 chunk = chunks; chunk > 0; chunk--) {
      const u32 start = (chunk - 1) * TILE_STEPS, end = minimum(images.steps, start + TILE_STEPS);
      // The last chunk's counts are still in shared memory.
      if (chunk < chunks) {
        barrier();
        load_tile(halves, values, (const u8 *)given.counts, given.polarities, first, start, end - start, images);
        barrier();
      }
      float sums[2][PAIR_SUMS] = {};
      for (u32 back = end; back > start && works; back--) {
        const u32 step = back - 1;
        float before[2][4];
        GPU_UNROLL
        for (int line = 1; line >= 0; line--) {
          float_quad found = {neuron.reset, neuron.reset, neuron.reset, neuron.reset};
          if (step > 0) found = *(charge -= threads);
          before[line][0] = found.first, before[line][1] = found.second;
          before[line][2] = found.third, before[line][3] = found.fourth;
        }
        const float own[2] = {gradient.first, gradient.second};
        if (step > 0) pooled -= pooledValues;
        if (hasGradient && step > 0) gradient = *(const float_pair *)pooled;
        float found[2][4];
        GPU_UNROLL
        for (int which = 0; which < 2; which++) {
          float gradients[4];
          bool isSpike[4];
          GPU_UNROLL
          for (int site = 0; site < 4; site++) isSpike[site] = fires(last[site / 2][site % 2 * 2 + which], neuron);
          unpool_gradient<2>(gradients, own[which], isSpike, given.pooling);
          GPU_UNROLL
          for (int site = 0; site < 4; site++) {
            const int line = site / 2, index = site % 2 * 2 + which;
            found[which][site] =
              backward_step(0, 0, last[line][index], gradients[site], after[line][index], neuron).input;
            sums[which][0] += found[which][site];
          }
        }
        add_tap_products(sums, found, values + (step - start) * STEP_WORDS);
        GPU_UNROLL
        for (int index = 0; index < 8; index++) {
          const int line = index / 4, which = index % 2, site = 2 * line + index % 4 / 2;
          if (given.learns_k) {
            const float membrane = step == 0 ? neuron.reset : membrane_after(before[line][index % 4], neuron);
            const float from = neuron.decays_input ? last[line][index % 4] : neuron.reset;
            sums[which][1] = fused(found[which][site], from - membrane, sums[which][1]);
          }
          last[line][index % 4] = before[line][index % 4];
        }
        if (images.groups > 1) add_pair_sums(given, channel, group_of(step, images), sums);
      }
      // After each chunk, because long float32 sums lose accuracy.
      if (images.groups == 1 && works) add_pair_sums(given, channel, 0, sums);
    }
  }
}

GPU_BOUNDED_KERNEL(gpu_backward_first_tensor, gpu_first_backward, FIRST_THREADS, 4)
{
  GPU_SHARED(u32, halves, TILE_WORDS);
  GPU_SHARED(float_pair, values, TILE_STEPS * STEP_WORDS);
  if (is_default(given.neuron)) {
    run_first_tensor_backward<true>(given, halves, values);
  } else {
    run_first_tensor_backward<false>(given, halves, values);
  }
}
