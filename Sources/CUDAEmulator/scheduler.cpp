#include "scheduler.h"

#include <ucontext.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef HAS_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace emulator {

thread_local const thread_position *current;

namespace {

constexpr size_t STACK_BYTES = 256 * 1024;
constexpr uint32_t WARP_LANES = 32;

struct copy {
  void *target;
  const void *source;
  bool hasSource;

  void run() const
  {
    if (hasSource) {
      std::memcpy(target, source, 16);
    } else {
      std::memset(target, 0, 16);
    }
  }
};

/// A barrier for the threads of a block or warp. `round` counts how often all have passed it.
struct thread_barrier {
  uint32_t arrived = 0;
  uint64_t round = 0;
};

struct warp {
  thread_barrier lanes;
  uint32_t bits[WARP_LANES];
  float *c[WARP_LANES];
  const uint32_t *a[WARP_LANES];
  const uint32_t *b[WARP_LANES];
  uint32_t (*target[WARP_LANES])[4];
  const uint16_t *rows[WARP_LANES];
};

struct fiber {
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(STACK_BYTES);
  ucontext_t start;
  jmp_buf here;
  bool hasStarted = false;
  bool isDone = false;
  thread_position own;
  /// The barrier at which it waits, and the barrier's round at that time.
  const thread_barrier *waitsFor = nullptr;
  uint64_t round = 0;
  /// Copies of the current group, and of the groups committed but not awaited.
  std::vector<copy> uncommitted;
  std::deque<std::vector<copy>> committed;
};

struct block_run {
  const emulator::kernel *kernel = nullptr;
  const void *arguments = nullptr;
  emulator::settings settings;
  std::vector<fiber> fibers;
  std::vector<warp> warps;
  thread_barrier all;
  std::vector<void *> shared;
  uint32_t running = 0;
  ucontext_t scheduler;
  jmp_buf back;
  std::mt19937 random{1};
  const char *defect = nullptr;
};

thread_local block_run run;

fiber &running_fiber() { return run.fibers[run.running]; }

#ifdef HAS_ADDRESS_SANITIZER
// AddressSanitizer follows swapcontext, but not jumps between stacks.
void leave() { swapcontext(&running_fiber().start, &run.scheduler); }
void enter(fiber &next) { swapcontext(&run.scheduler, &next.start); }
#else
// Jumps avoid swapcontext's system call, which saves the signal mask.
void leave()
{
  if (_setjmp(running_fiber().here) == 0) _longjmp(run.back, 1);
}

void enter(fiber &next)
{
  if (_setjmp(run.back) != 0) return;
  if (next.hasStarted) _longjmp(next.here, 1);
  next.hasStarted = true;
  setcontext(&next.start);
}
#endif

void run_thread()
{
  for (;;) {
    run.kernel->run(run.arguments);
    fiber &own = running_fiber();
    if (!own.committed.empty() || !own.uncommitted.empty()) {
      const bool areDone = own.uncommitted.empty()
        && std::all_of(own.committed.begin(), own.committed.end(), [](auto &group) { return group.empty(); });
      if (!areDone) run.defect = "a thread ended before its asynchronous copies were done";
      own.committed.clear();
      own.uncommitted.clear();
    }
    own.isDone = true;
    leave();
  }
}

/// Waits until `count` threads have arrived; the last one runs `action` before any continues.
template <class Action> void wait_at(thread_barrier &barrier, uint32_t count, Action action)
{
  const uint64_t round = barrier.round;
  if (++barrier.arrived == count) {
    action();
    barrier.arrived = 0;
    barrier.round++;
    return;
  }
  fiber &own = running_fiber();
  own.waitsFor = &barrier;
  own.round = round;
  leave();
}

warp &own_warp() { return run.warps[run.running / WARP_LANES]; }

/// Runs each lane of a warp until it waits or ends. Returns 0 where none could run, else 1 more than the number that
/// ended.
uint32_t run_warp(uint32_t warp, const std::vector<uint32_t> &lanes)
{
  uint32_t ended = 0;
  bool moved = false;
  for (const uint32_t lane : lanes) {
    const uint32_t thread = warp * WARP_LANES + lane;
    if (thread >= run.fibers.size()) continue;
    fiber &fiber = run.fibers[thread];
    if (fiber.isDone || (fiber.waitsFor && fiber.waitsFor->round == fiber.round)) continue;
    fiber.waitsFor = nullptr;
    run.running = thread;
    current = &fiber.own;
    enter(fiber);
    moved = true;
    if (fiber.isDone) ended++;
  }
  return moved ? ended + 1 : 0;
}

void run_block(const uint32_t (&block)[3], const uint32_t (&grid)[3])
{
  const uint32_t count = (uint32_t)run.fibers.size();
  run.all = {};
  run.shared.clear();
  for (warp &warp : run.warps) warp.lanes = {};
  for (uint32_t thread = 0; thread < count; thread++) {
    fiber &fiber = run.fibers[thread];
    fiber.isDone = false;
    fiber.waitsFor = nullptr;
    fiber.own.thread = thread;
    std::copy(block, block + 3, fiber.own.block);
    std::copy(grid, grid + 3, fiber.own.grid);
  }
  std::vector<uint32_t> warps(run.warps.size()), lanes(WARP_LANES);
  for (uint32_t warp = 0; warp < warps.size(); warp++) warps[warp] = warp;
  for (uint32_t lane = 0; lane < WARP_LANES; lane++) lanes[lane] = lane;
  if (run.settings.order == order::reverse) {
    std::reverse(warps.begin(), warps.end());
    std::reverse(lanes.begin(), lanes.end());
  }
  for (uint32_t remaining = count; remaining > 0 && !run.defect;) {
    if (run.settings.order == order::shuffled) {
      std::shuffle(warps.begin(), warps.end(), run.random);
      std::shuffle(lanes.begin(), lanes.end(), run.random);
    }
    bool moved = false;
    for (const uint32_t warp : warps) {
      // A warp runs until it waits for others, so that one that misses a barrier gets as far ahead as possible.
      while (const uint32_t ended = run_warp(warp, lanes)) {
        moved = true;
        remaining -= ended - 1;
      }
    }
    if (!moved) run.defect = "threads wait for others that have ended or wait at another barrier";
  }
}

void make_fibers(uint32_t count)
{
  run.fibers = std::vector<fiber>(count);
  run.warps = std::vector<warp>((count + WARP_LANES - 1) / WARP_LANES);
  for (fiber &fiber : run.fibers) {
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.get();
    fiber.start.uc_stack.ss_size = STACK_BYTES;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, run_thread, 0);
  }
}

const kernel *&first_kernel()
{
  static const kernel *first = nullptr;
  return first;
}

}  // namespace

kernel::kernel(const char *name, uint32_t threads, size_t argumentBytes, body run)
  : name(name), threads(threads), argumentBytes(argumentBytes), run(run), next(first_kernel())
{
  first_kernel() = this;
}

const kernel *kernel::named(const char *name)
{
  const kernel *found = first_kernel();
  while (found && std::strcmp(found->name, name) != 0) found = found->next;
  return found;
}

const char *launch(const kernel &kernel, const uint32_t (&grid)[3], const void *arguments, const settings &settings)
{
  // After a defect some fibers are still in the middle of a kernel, and cannot run another.
  if (run.defect || run.fibers.size() != kernel.threads) make_fibers(kernel.threads);
  run.defect = nullptr;
  run.kernel = &kernel;
  run.arguments = arguments;
  run.settings = settings;
  for (uint32_t layer = 0; layer < grid[2]; layer++) {
    for (uint32_t column = 0; column < grid[1]; column++) {
      for (uint32_t index = 0; index < grid[0] && !run.defect; index++) run_block({index, column, layer}, grid);
    }
  }
  return run.defect;
}

void begin_shared(void *memory, size_t byteCount)
{
  if (std::find(run.shared.begin(), run.shared.end(), memory) != run.shared.end()) return;
  run.shared.push_back(memory);
  // NaN as float, double and float16.
  std::memset(memory, 0xff, byteCount);
}

void wait_for_block()
{
  wait_at(run.all, (uint32_t)run.fibers.size(), [] {});
}

uint32_t ballot(bool bit)
{
  warp &warp = own_warp();
  const uint32_t lane = run.running % WARP_LANES;
  warp.bits[lane] = bit;
  static thread_local uint32_t results[64];
  uint32_t &result = results[run.running / WARP_LANES];
  wait_at(warp.lanes, WARP_LANES, [&] {
    result = 0;
    for (uint32_t other = 0; other < WARP_LANES; other++) result |= warp.bits[other] << other;
  });
  return result;
}

uint32_t exchange(uint32_t value, uint32_t bit)
{
  warp &warp = own_warp();
  const uint32_t lane = run.running % WARP_LANES;
  warp.bits[lane] = value;
  static thread_local uint32_t results[64][WARP_LANES];
  uint32_t(&result)[WARP_LANES] = results[run.running / WARP_LANES];
  // No lane passes the next exchange before all have arrived there, and have read this result.
  wait_at(warp.lanes, WARP_LANES, [&] { memcpy(result, warp.bits, sizeof result); });
  return result[lane ^ bit];
}

void load_matrices(uint32_t (&target)[4], const void *row, bool isTransposed)
{
  warp &warp = own_warp();
  const uint32_t own = run.running % WARP_LANES;
  warp.target[own] = &target;
  warp.rows[own] = (const uint16_t *)row;
  wait_at(warp.lanes, WARP_LANES, [&] {
    for (uint32_t lane = 0; lane < WARP_LANES; lane++) {
      for (uint32_t matrix = 0; matrix < 4; matrix++) {
        const uint32_t first = 2 * (lane % 4), line = lane / 4;
        const uint16_t *const *rows = warp.rows + 8 * matrix;
        const uint32_t low = isTransposed ? rows[first][line] : rows[line][first];
        const uint32_t high = isTransposed ? rows[first + 1][line] : rows[line][first + 1];
        (*warp.target[lane])[matrix] = low | high << 16;
      }
    }
  });
}

void copy_async(void *target, const void *source, bool hasSource)
{
  const copy copy = {target, source, hasSource};
  const bool isEarly = run.settings.architecture < 80 || run.settings.order == order::forward
    || (run.settings.order == order::shuffled && run.random() % 2 == 0);
  if (isEarly) {
    copy.run();
  } else {
    running_fiber().uncommitted.push_back(copy);
  }
}

void commit_copies()
{
  fiber &own = running_fiber();
  own.committed.push_back(std::move(own.uncommitted));
  own.uncommitted.clear();
}

void await_copies(int groups)
{
  fiber &own = running_fiber();
  while (own.committed.size() > (size_t)groups) {
    for (const copy &copy : own.committed.front()) copy.run();
    own.committed.pop_front();
  }
}

// MARK: Arithmetic

float half_value(uint16_t bits)
{
  const uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023;
  float value;
  if (exponent == 0) {
    value = (float)fraction * 0x1p-24f;
    return sign ? -value : value;
  }
  const uint32_t word = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

uint16_t half_bits(float value)
{
  uint32_t word;
  std::memcpy(&word, &value, sizeof word);
  const uint16_t sign = (uint16_t)(word >> 16 & 0x8000);
  const float size = value < 0 ? -value : value;
  if (value != value) return 0x7fff;
  if (size >= 65520.0f) return sign | 0x7c00;
  // Subnormal float16 are multiples of 2⁻²⁴. Adding 0.75 leaves a float's last digit at that, so that the addition
  // rounds.
  if (size < 0x1p-14f) return sign | (uint16_t)(int)((size + 0x1.8p-1f) * 0x1p24f - 0x1.8p23f);
  const uint32_t rounded = (word & 0x7fffffff) + 0xfff + (word >> 13 & 1);
  return sign | (uint16_t)((rounded >> 13) - (112 << 10));
}

namespace {

/// The exponent of a number; of a subnormal one, the smallest normal exponent.
int exponent_of(float value, int smallest)
{
  int exponent = 0;
  std::frexp(value, &exponent);
  return std::max(exponent - 1, smallest);
}

/// c plus products a[k]·b[k], as tensor cores sum them.
///
/// All terms are truncated at the same bit: the 24th after the largest exponent of a term, on Hopper the 25th. A
/// product's exponent is the sum of its factors' exponents; a subnormal factor has that of 2⁻¹⁴, and so costs digits.
/// Source: Xie et al., MMA-Sim, arXiv 2511.10909.
float truncated_sum(float c, const float *a, const float *b, int count)
{
  const int none = -1000, digits = run.settings.architecture < 90 ? 24 : 25;
  int largest = c == 0 ? none : exponent_of(c, -126);
  for (int k = 0; k < count; k++) {
    if (a[k] != 0 && b[k] != 0) largest = std::max(largest, exponent_of(a[k], -14) + exponent_of(b[k], -14));
  }
  if (largest == none) return 0;
  const double unit = std::ldexp(1.0, largest - digits);
  double sum = std::trunc(c / unit);
  for (int k = 0; k < count; k++) sum += std::trunc((double)a[k] * (double)b[k] / unit);
  // The sum is truncated to 24 digits, too.
  int length = 0;
  std::frexp(sum, &length);
  const double coarser = std::ldexp(1.0, std::max(0, length - 24));
  return (float)(std::trunc(sum / coarser) * coarser * unit);
}

float sum_of(float c, const float *a, const float *b, int count)
{
  double sum = c;
  for (int k = 0; k < count; k++) sum += (double)a[k] * (double)b[k];
  return run.settings.summation == summation::truncated && std::isfinite(sum) ? truncated_sum(c, a, b, count)
                                                                              : (float)sum;
}

/// The values of all float16, by their bits.
const std::vector<float> &half_values()
{
  static const std::vector<float> values = [] {
    std::vector<float> values(1 << 16);
    for (size_t bits = 0; bits < values.size(); bits++) values[bits] = half_value((uint16_t)bits);
    return values;
  }();
  return values;
}

/// A warp's product of fragments, whose layout fragments.h describes.
void multiply_warp(const warp &warp)
{
  const float *values = half_values().data();
  float a[16][16], b[8][16];
  bool isEmpty = true, isFinite = true;
  for (uint32_t lane = 0; lane < WARP_LANES; lane++) {
    for (uint32_t half = 0; half < 2; half++) {
      const uint32_t k = 2 * (lane % 4) + half;
      for (uint32_t part = 0; part < 4; part++) {
        const uint32_t bits = warp.a[lane][part] >> 16 * half & 0xffff;
        isEmpty = isEmpty && (bits & 0x7fff) == 0;
        a[lane / 4 + part % 2 * 8][k + part / 2 * 8] = values[bits];
      }
      for (uint32_t part = 0; part < 2; part++) {
        const uint32_t bits = warp.b[lane][part] >> 16 * half & 0xffff;
        isFinite = isFinite && (bits & 0x7c00) != 0x7c00;
        b[lane / 4][k + part * 8] = values[bits];
      }
    }
  }
  // Skipping products of zeros saves time: spikes are rare, and emulated products slow.
  if (isEmpty && isFinite) return;
  for (uint32_t lane = 0; lane < WARP_LANES; lane++) {
    for (uint32_t value = 0; value < 4; value++) {
      const uint32_t row = lane / 4 + value / 2 * 8, column = 2 * (lane % 4) + value % 2;
      float &c = warp.c[lane][value];
      // Before Hopper, tensor cores sum eight products at once.
      if (run.settings.architecture < 90) {
        c = sum_of(sum_of(c, a[row], b[column], 8), a[row] + 8, b[column] + 8, 8);
      } else {
        c = sum_of(c, a[row], b[column], 16);
      }
    }
  }
}

}  // namespace

void multiply_add(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2])
{
  warp &warp = own_warp();
  const uint32_t lane = run.running % WARP_LANES;
  warp.c[lane] = c;
  warp.a[lane] = a;
  warp.b[lane] = b;
  wait_at(warp.lanes, WARP_LANES, [&] { multiply_warp(warp); });
}

}  // namespace emulator
