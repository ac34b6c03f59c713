#pragma once

// Runs a kernel's blocks one after the other, and each block's threads as fibers of one thread of the process.
//
// A fiber runs until it waits for others: at a barrier, or at an operation of a whole warp. Settings choose the order
// in which fibers run; a kernel whose results depend on the order lacks a barrier.

#include <cstddef>
#include <cstdint>

namespace emulator {

/// The order in which a block's threads run.
enum class order { forward, reverse, shuffled };

/// How tensor cores' products are summed.
enum class summation {
  /// In double, and rounded once.
  rounded,
  /// As tensor cores do: terms are aligned to the largest exponent and truncated.
  truncated,
};

/// The emulated device and schedule.
struct settings {
  emulator::order order = order::forward;
  emulator::summation summation = summation::rounded;
  /// 10 · major + minor of the compute capability. Below 80, copies are synchronous.
  int architecture = 90;
};

/// A thread's position in its grid.
struct thread_position {
  uint32_t thread;
  uint32_t block[3];
  uint32_t grid[3];
};

/// The running thread.
extern thread_local const thread_position *current;

/// A kernel; its constructor registers it under its name.
struct kernel {
  using body = void (*)(const void *arguments);
  const char *name;
  uint32_t threads;
  size_t argumentBytes;
  body run;
  const kernel *next;

  kernel(const char *name, uint32_t threads, size_t argumentBytes, body run);
  /// Null where no kernel has that name.
  static const kernel *named(const char *name);
};

/// Runs a kernel to its end.
///
/// Returns a description of an error in its synchronization, or null.
const char *launch(const kernel &kernel, const uint32_t (&grid)[3], const void *arguments, const settings &settings);

/// Fills shared memory with NaN, once a block.
void begin_shared(void *memory, size_t byteCount);

/// Waits for all threads of the block.
void wait_for_block();

/// Gives every lane the bits of all lanes.
uint32_t ballot(bool bit);

/// The value of the lane whose index differs in this bit.
uint32_t exchange(uint32_t value, uint32_t bit);

/// A warp's product of fragments: c [16, 8] += a [16, 16] · b [16, 8].
void multiply_add(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);

/// Loads four matrices of 8 × 8 halves; each lane has the address of one of their rows.
void load_matrices(uint32_t (&target)[4], const void *row, bool isTransposed);

/// Copies 16 bytes, or zeros without a source: at once or as late as possible, depending on the order of threads.
void copy_async(void *target, const void *source, bool hasSource);
void commit_copies();
void await_copies(int groups);

uint16_t half_bits(float value);
float half_value(uint16_t bits);

}  // namespace emulator
