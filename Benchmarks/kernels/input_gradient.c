// Time and rounding of different methods for a dense 3x3 convolution, as in the gradient with respect to a convolution's input.
//
// One thread; C channels in and out, images [side, side, C]. See run.sh.

#include "../../Sources/CDVSKernels/filters.c"
#include "../../Sources/CDVSKernels/kernels.c"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

char *openblas_get_corename(void);
void openblas_set_num_threads(int count);

enum { C = 128, RUNS = 7 };

typedef struct {
  const char *name;
  int tile_size;
  int halves;
} method;

static const method methods[] = {
  {"plain sum, float32", 0, 0},     {"nine products by OpenBLAS", 1, 0}, {"products of bfloat16", 1, 1},
  {"F(2x2, 3x3), float32", 2, 0},   {"F(4x4, 3x3), float32", 4, 0},      {"F(2x2, 3x3), bfloat16", 2, 1},
  {"F(4x4, 3x3), bfloat16", 4, 1},
};

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static float *numbers(ptrdiff_t count)
{
  float *values = NULL;
  if (posix_memalign((void **)&values, 64, (size_t)count * sizeof *values)) abort();
  memset(values, 0, (size_t)count * sizeof *values);
  return values;
}

/// Approximately normal: the sum of four uniform numbers.
static float random_number(uint64_t *state)
{
  float sum = 0;
  for (int i = 0; i < 4; i++) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    sum += (float)(*state >> 40) * 0x1p-24f - 0.5f;
  }
  return sum;
}

/// One value of the output, by definition; weights are [9, C, C], taps first. Sums are in float64, or in order in float32.
static double plain(
  const float *input, const float *weights, ptrdiff_t side, ptrdiff_t pixel, ptrdiff_t channel, int is_float)
{
  double wide = 0;
  float narrow = 0;
  for (ptrdiff_t tap = 0; tap < 9; tap++) {
    const ptrdiff_t row = pixel / side + tap / 3 - 1, column = pixel % side + tap % 3 - 1;
    if (row < 0 || row >= side || column < 0 || column >= side) continue;
    const float *from = input + (row * side + column) * C, *w = weights + tap * C * C + channel;
    for (ptrdiff_t c = 0; c < C; c++) {
      if (is_float) narrow = fmaf(from[c], w[c * C], narrow);
      else wide += (double)from[c] * w[c * C];
    }
  }
  return is_float ? narrow : wide;
}

typedef struct {
  ptrdiff_t side;
  const float *input;
  /// Weights: [C, C, 3, 3] as in the engine; [9, C, C]; packed for a method.
  float *filters, *taps;
  void *packed;
  float *output, *scratch;
} problem;

#if defined(__x86_64__)

/// Matrix products of blocks of 32 pixels; a row of the left matrix has the 9 C inputs of a pixel.
__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))) static void
dots(const problem *p)
{
  uint16_t *rows = (uint16_t *)p->scratch;
  for (ptrdiff_t first = 0; first < p->side * p->side; first += 32) {
    for (ptrdiff_t i = 0; i < 32; i++) {
      for (ptrdiff_t tap = 0; tap < 9; tap++) {
        const ptrdiff_t row = (first + i) / p->side + tap / 3 - 1, column = (first + i) % p->side + tap % 3 - 1;
        uint16_t *to = rows + (i * 9 + tap) * C;
        if (row < 0 || row >= p->side || column < 0 || column >= p->side) {
          memset(to, 0, C * sizeof *to);
        } else {
          const float *from = p->input + (row * p->side + column) * C;
          for (ptrdiff_t c = 0; c < C; c += 16) store_bfloat16s_avx512bf16(to + c, load_avx512bf16(from + c));
        }
      }
    }
    small_dots_avx512bf16(rows, p->packed, p->output + first * C, 32, 9 * C, C);
  }
}

#else

static void dots(const problem *p) { (void)p; }

#endif

/// A matrix product for each tap, on an image with a border; results for the border's columns are discarded.
static void products(const problem *p)
{
  const ptrdiff_t side = p->side, wide = side + 2;
  float *bordered = p->scratch, *sums = bordered + wide * (wide + 1) * C;
  for (ptrdiff_t row = 0; row < side; row++)
    memcpy(bordered + ((row + 1) * wide + 1) * C, p->input + row * side * C, (size_t)(side * C) * sizeof(float));
  for (ptrdiff_t tap = 0; tap < 9; tap++) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)(side * wide), C, C, 1,
      bordered + (tap / 3 * wide + tap % 3) * C, C, p->taps + tap * C * C, C, tap > 0, sums, C);
  }
  for (ptrdiff_t row = 0; row < side; row++)
    memcpy(p->output + row * side * C, sums + row * wide * C, (size_t)(side * C) * sizeof(float));
}

static void winograd(const problem *p, dvsk_isa isa, const method *method)
{
  const dvsk_winograd w = {p->side, C, C, C, method->tile_size, method->halves};
  const ptrdiff_t per_row = (p->side + method->tile_size - 1) / method->tile_size, count = per_row * per_row;
  for (ptrdiff_t first = 0; first < count; first += 32) {
    dvsk_winograd_tiles(
      isa, &w, p->input, p->packed, p->output, first, count - first < 32 ? count - first : 32, p->scratch);
  }
}

static void run(const problem *p, dvsk_isa isa, const method *method)
{
  if (method->tile_size > 1) winograd(p, isa, method);
  else if (method->halves) dots(p);
  else if (method->tile_size == 1) products(p);
  else for (ptrdiff_t i = 0; i < p->side * p->side * C; i++)
      p->output[i] = (float)plain(p->input, p->taps, p->side, i / C, i % C, 1);
}

static void pack(const problem *p, const method *method)
{
  const dvsk_filters f = {p->filters, C, C, C, C};
  if (method->tile_size > 1) {
    dvsk_pack_winograd(&f, method->tile_size, 0, method->halves, 0, C, p->packed);
  } else if (method->halves) {
    uint16_t *to = p->packed;
    for (ptrdiff_t row = 0; row < 9 * C; row++) {
      for (ptrdiff_t column = 0; column < C; column++)
        to[column / 32 * 32 * 9 * C + (row / 2 * 32 + column % 32) * 2 + row % 2] = to_bfloat16(p->taps[row * C + column]);
    }
  }
}

/// The relative error: sqrt(sum of squared differences / sum of squares).
static double error(const float *found, const double *exact, ptrdiff_t count)
{
  double difference = 0, size = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    difference += (found[i] - exact[i]) * (found[i] - exact[i]);
    size += exact[i] * exact[i];
  }
  return sqrt(difference / size);
}

static void measure(ptrdiff_t side, dvsk_isa isa)
{
  const ptrdiff_t count = side * side * C;
  uint64_t state = 1;
  float *input = numbers(count);
  problem p = {side, input, numbers(9 * C * C), numbers(9 * C * C), numbers(36 * C * C), numbers(count),
               numbers(36 * (32 * 2 * C + 32) + 3 * (side + 3) * (side + 3) * C)};
  for (ptrdiff_t i = 0; i < count; i++) input[i] = random_number(&state);
  for (ptrdiff_t i = 0; i < 9 * C * C; i++) p.filters[i] = random_number(&state);
  dvsk_filters f = {p.filters, C, C, C, C};
  dvsk_pack_filters(&f, 0, C, p.taps);
  double *exact = malloc((size_t)count * sizeof *exact), unit = 0;
  if (!exact) abort();
  for (ptrdiff_t i = 0; i < count; i++) exact[i] = plain(input, p.taps, side, i / C, i % C, 0);
  for (size_t number = 0; number < sizeof methods / sizeof *methods; number++) {
    const method *method = &methods[number];
    if (method->halves && isa != DVSK_AVX512_BF16) continue;
    pack(&p, method);
    run(&p, isa, method);
    const double found = error(p.output, exact, count);
    if (number == 0) {
      unit = found;
      printf("| %td | %s | | %.1e | 1 |\n", side, method->name, found);
      continue;
    }
    const int repeats = (int)(4096 * 2 / (side * side)) + 1;
    double best = 1e9;
    for (int turn = 0; turn < RUNS; turn++) {
      const double begin = seconds();
      for (int i = 0; i < repeats; i++) run(&p, isa, method);
      const double time = (seconds() - begin) / repeats;
      if (time < best) best = time;
    }
    printf(
      "| %td | %s | %.0f | %.1e | %.1f |\n", side, method->name, 2e-9 * 9 * C * (double)count / best, found, found / unit);
    fflush(stdout);
  }
  free(input), free(p.filters), free(p.taps), free(p.packed), free(p.output), free(p.scratch), free(exact);
}

int main(void)
{
  static const char *const names[] = {"baseline", "avx2", "avx512", "avx512bf16"};
  dvsk_isa isa = DVSK_AVX512_BF16;
  while (!dvsk_isa_is_available(isa)) isa--;
  openblas_set_num_threads(1);
  printf("Kernels: %s. OpenBLAS: %s. %d channels in and out, one thread, the best of %d runs.\n\n", names[isa],
         openblas_get_corename(), C, RUNS);
  printf("| side | method | as if dense, GFLOP/s | error (L2, float64) | times the plain sum's |\n");
  printf("| ---: | --- | ---: | ---: | ---: |\n");
  static const ptrdiff_t sides[] = {64, 32, 16, 8};
  for (int i = 0; i < 4; i++) measure(sides[i], isa);
  return 0;
}
