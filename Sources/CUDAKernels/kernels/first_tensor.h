#pragma once

#include "first_tile.h"

/// The forward pass of the first stage. A warp has a tile and a word of channels; warps of a block with the same tile
/// share its counts.
///
/// Grid: a multiple of the number of words.
template <bool isUsual> GPU_INLINE void run_first_tensor(const gpu_first_forward &given, u32 *tiles)
{
  enum { EIGHTS = WARP / 8 };
  const gpu_images &images = given.images;
  const gpu_neuron neuron = specialized<isUsual>(given.neuron);
  const u32 words = ceil_div(images.channels, WARP), tasks = tile_count(images, given.pooling) * words;
  const u32 part = lane_index() % 4, planes = given.pooling.planes;
  const int exponent = scale_exponent(*given.largest);
  const float scale = power_of_two(-exponent);
  const u64 pooledWords = (u64)pooled_extent(images.height, given.pooling) * pooled_extent(images.width, given.pooling)
    * planes * words;
  first_weights weights[EIGHTS];
  u32 spikes[EIGHTS][2];
  pair_factors factors[EIGHTS];
  // The number of warps is a multiple of the number of words, so that a warp keeps its word from task to task.
  const u32 word = (block_index() * FIRST_WARPS + warp_index()) % words;
  GPU_UNROLL
  for (int eight = 0; eight < EIGHTS; eight++) {
    spikes[eight][0] = spikes[eight][1] = 0;
    load_fragments(weights[eight], given.weights, word * WARP + 8 * eight, images.channels, given.polarities, exponent);
  }
  const u32 rest = images.channels - word * WARP, channelBits = rest < WARP ? (1u << rest) - 1 : 0xffffffffu;
  for (u32 firstTask = block_index() * FIRST_WARPS; firstTask < tasks; firstTask += block_count() * FIRST_WARPS) {
    const u32 task = firstTask + warp_index(), firstTile = firstTask / words;
    const u32 lastTile = minimum(firstTask + FIRST_WARPS - 1, tasks - 1) / words;
    const bool hasTask = task < tasks;
    pooling_window window = tile_at(hasTask ? task / words : firstTile, word, images, given.pooling);
    window.column += lane_index() / 4;
    const bool writes = is_whole(window, images, given.pooling);
    u32 *target = given.bits + (writes ? pooled_pixel(window, 0, images, given.pooling) * planes * words : 0) + word;
    bool isInside[4];
    float membrane[EIGHTS][2][4];
    GPU_UNROLL
    for (int site = 0; site < 4; site++) isInside[site] = site_pixel<2>(window, site, images) >= 0;
    GPU_UNROLL
    for (int index = 0; index < EIGHTS * 8; index++) membrane[index / 8][index / 4 % 2][index % 4] = neuron.reset;
    for (u32 start = 0; start < images.steps; start += TILE_STEPS) {
      const u32 steps = minimum(TILE_STEPS, images.steps - start);
      barrier();
      for (u32 tile = firstTile; tile <= lastTile; tile++) {
        load_tile(
          tiles + (tile - firstTile) * TILE_WORDS, nullptr, (const u8 *)given.counts, given.polarities,
          tile_at(tile, 0, images, given.pooling), start, steps, images);
      }
      barrier();
      if (!hasTask) continue;
      const u32 *counts = tiles + (task / words - firstTile) * TILE_WORDS;
      for (u32 step = start; step < start + steps; step++, counts += STEP_WORDS) {
        if (step == 0 || images.groups > 1) {
          const float *own = given.factors + (u64)group_of(step, images) * 2 * images.channels;
          GPU_UNROLL
          for (int eight = 0; eight < EIGHTS; eight++) {
            factors[eight] = load_factors(own, word * WARP + 8 * eight + 2 * part, images.channels, scale);
          }
        }
        u32 sites[2][2][4], found[4] = {0, 0, 0, 0};
        load_sites(sites, counts);
        GPU_UNROLL
        for (int eight = 0; eight < EIGHTS; eight++) {
          GPU_UNROLL
          for (int line = 0; line < 2; line++) {
            float products[4];
            multiply_sites(products, sites[line], weights[eight]);
            GPU_UNROLL
            for (int index = 0; index < 4; index++) {
              const int which = index % 2, site = 2 * line + index / 2;
              float &own = membrane[eight][line][index];
              const float input = products[index] * factors[eight].factor[which] + factors[eight].summand[which];
              const float charge = charged(own, input, neuron);
              const bool isSpike = fires(charge, neuron) && isInside[site];
              own = membrane_after(charge, neuron);
              spikes[eight][which] += isSpike;
              found[site] |= isSpike ? 1u << (8 * eight + which) : 0;
            }
          }
        }
        // A window's 32 channels are spread over four lanes.
        if (planes == 1) found[0] |= found[1] | found[2] | found[3];
        u32 own = 0;
        GPU_UNROLL
        for (u32 plane = 0; plane < 4; plane++) {
          if (plane >= planes) continue;
          u32 bits = found[plane] << 2 * part;
          bits |= warp_exchange(bits, 1);
          bits |= warp_exchange(bits, 2);
          own = plane == part ? bits : own;
        }
        if (part < planes && writes) target[step * images.samples * pooledWords + part * words] = own & channelBits;
      }
    }
  }
  GPU_UNROLL
  for (int eight = 0; eight < EIGHTS; eight++) {
    GPU_UNROLL
    for (u32 which = 0; which < 2; which++) {
      const u32 channel = word * WARP + 8 * eight + 2 * part + which;
      u32 sum = spikes[eight][which];
      GPU_UNROLL
      for (u32 mask = 4; mask < WARP; mask *= 2) sum += warp_exchange(sum, mask);
      if (lane_index() < 4 && channel < images.channels) atomic_add(given.spikes + channel, sum);
    }
  }
}

GPU_KERNEL(gpu_run_first_tensor, gpu_first_forward, FIRST_THREADS)
{
  GPU_SHARED(u32, tiles, FIRST_WARPS * TILE_WORDS);
  if (is_default(given.neuron)) {
    run_first_tensor<true>(given, tiles);
  } else {
    run_first_tensor<false>(given, tiles);
  }
}
