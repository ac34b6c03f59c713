#pragma once

// Runs a kernel's blocks one after the other, and each block's threads as fibers of one thread of the process.
//
// A fiber runs until it waits for others: at a barrier, or where a warp's lanes act together. Which one is next is the
// schedule's; a kernel whose results depend on it lacks a barrier.

#include <cstddef>
#include <cstdint>

namespace emulator {

/// In which order a block's threads go on.
enum class order { forward, reverse, shuffled };

/// How products are summed.
enum class summation {
  /// Exactly, and rounded once.
  rounded,
  /// As tensor cores do: products and sum are aligned to the largest exponent, and what lies below is cut off.
  truncated,
};

/// What is emulated.
struct settings {
  emulator::order order = order::forward;
  emulator::summation summation = summation::rounded;
  /// 10 · major + minor: below 80, products have 8 rows at a time, and copies wait.
  int architecture = 90;
};

/// What a thread is.
struct place {
  uint32_t thread;
  uint32_t block[3];
  uint32_t grid[3];
};

/// The thread that runs.
extern thread_local const place *current;

/// A kernel under its name.
struct kernel {
  using body = void (*)(const void *arguments);
  const char *name;
  uint32_t threads;
  size_t argumentBytes;
  body run;
  const kernel *next;

  kernel(const char *name, uint32_t threads, size_t argumentBytes, body run);
  /// None where there is none of that name.
  static const kernel *named(const char *name);
};

/// Runs a kernel to its end.
///
/// Returns what is wrong with how its threads meet, or nothing.
const char *launch(const kernel &kernel, const uint32_t (&grid)[3], const void *arguments, const settings &settings);

/// Fills shared memory with what is no number, once a block.
void begin_shared(void *memory, size_t byteCount);

/// Waits for all threads of the block.
void meet_block();

/// One bit of each lane, to all.
uint32_t ballot(bool bit);

/// What the lane has whose number differs in this bit.
uint32_t exchange(uint32_t value, uint32_t bit);

/// A warp's product of fragments: c [16, 8] += a [16, 16] · b [16, 8].
void multiply_add(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);

/// Four matrices of 8 × 8 halves, of whose rows each lane gives one.
void load_matrices(uint32_t (&target)[4], const void *row, bool isTransposed);

/// Copies come at once or as late as they may, as the schedule says.
void copy_ahead(void *target, const void *source, bool isThere);
void end_copies();
void await_copies(int groups);

uint16_t half_bits(float value);
float half_value(uint16_t bits);

}  // namespace emulator
