#pragma once

#include "fragments.h"

enum { PACK_THREADS = 256 };

/// Finds the largest magnitude; as bits, nonnegative floats have the order of integers.
GPU_KERNEL(gpu_find_largest, gpu_largest, PACK_THREADS)
{
  u32 found = 0;
  for (u32 index = block_index() * PACK_THREADS + thread_index(); index < given.count;
       index += block_count() * PACK_THREADS) {
    const u32 bits = float_bits(magnitude(given.values[index]));
    found = bits > found ? bits : found;
  }
  atomic_maximum(given.largest, found);
}

/// The scaled weight at element k of a group, in a column of the product; 0 in the padding.
GPU_INLINE float weight_of(const gpu_pack &given, u32 group, u32 k, u32 column, u32 groupsOfTap, float scale)
{
  const u32 tap = group / groupsOfTap, inner = group % groupsOfTap * WARP + (given.direction == 0 ? spike_index(k) : k);
  u32 output, input, weightTap;
  if (given.direction == 0) {
    output = column, input = inner, weightTap = tap;
  } else if (given.direction == 1) {
    // In the opposite direction a convolution's taps are rotated by 180°.
    output = inner, input = column, weightTap = given.taps - 1 - tap;
  } else {
    output = inner, input = column % given.inputs, weightTap = column / given.inputs;
  }
  if (output >= given.outputs || input >= given.inputs || weightTap >= given.taps) return 0;
  return given.weights[(output * given.inputs + input) * given.taps + weightTap] * scale;
}

/// Packs weights as [groups, halves of the group, high and low, columns of 8, fragment].
///
/// A group is 32 inputs of a tap. A thread packs a lane's words of a fragment, high and low.
GPU_KERNEL(gpu_pack_weights, gpu_pack, PACK_THREADS)
{
  const u32 inner = given.direction == 0 ? given.inputs : given.outputs;
  const u32 columns = given.direction == 0 ? given.outputs
    : given.direction == 1                 ? given.inputs
                                           : given.inputs * given.taps;
  const u32 groupsOfTap = ceil_div(inner, WARP);
  const u32 groups = groupsOfTap * (given.direction == 2 ? 1 : given.taps);
  const u32 tiles = ceil_div(columns, BLOCK_COLUMNS) * (BLOCK_COLUMNS / 8);
  const float scale = power_of_two(scale_exponent(*given.largest));
  for (u32 index = block_index() * PACK_THREADS + thread_index(); index < groups * 2 * tiles * WARP;
       index += block_count() * PACK_THREADS) {
    const u32 lane = index % WARP, tile = index / WARP % tiles, half = index / WARP / tiles % 2;
    const u32 group = index / WARP / tiles / 2;
    const u32 column = 8 * tile + lane / 4;
    for (u32 part = 0; part < 2; part++) {
      const u32 k = 16 * half + 8 * part + 2 * (lane % 4);
      const u32 first = split(weight_of(given, group, k, column, groupsOfTap, scale));
      const u32 second = split(weight_of(given, group, k + 1, column, groupsOfTap, scale));
      u32 *fragment = given.packed + (((u64)group * 2 + half) * 2 * tiles + tile) * FRAGMENT_WORDS + 2 * lane + part;
      fragment[0] = high_halves(first, second);
      fragment[(u64)tiles * FRAGMENT_WORDS] = low_halves(first, second);
    }
  }
}
