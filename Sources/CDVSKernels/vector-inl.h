// Vectors of 16 numbers, whatever the registers are; one instruction set's names for them.

#ifndef DVSK_VECTOR_TYPES
#define DVSK_VECTOR_TYPES

typedef float dvsk_f16 __attribute__((ext_vector_type(16)));
typedef double dvsk_d16 __attribute__((ext_vector_type(16)));
typedef int32_t dvsk_i16 __attribute__((ext_vector_type(16)));
typedef uint32_t dvsk_u16 __attribute__((ext_vector_type(16)));
typedef uint16_t dvsk_h16 __attribute__((ext_vector_type(16)));
typedef _Bool dvsk_b16 __attribute__((ext_vector_type(16)));
typedef float dvsk_f8 __attribute__((ext_vector_type(8)));
typedef double dvsk_d8 __attribute__((ext_vector_type(8)));
typedef int32_t dvsk_i8 __attribute__((ext_vector_type(8)));
typedef _Bool dvsk_b8 __attribute__((ext_vector_type(8)));

#define DVSK_INLINE static inline __attribute__((always_inline))

#endif

DVSK_INLINE dvsk_f16 DVSK_NAME(load)(const float *from)
{
  dvsk_f16 value;
  memcpy(&value, from, sizeof value);
  return value;
}

DVSK_INLINE void DVSK_NAME(store)(float *to, dvsk_f16 value) { memcpy(to, &value, sizeof value); }

/// The first `count` numbers of 16, and 0 behind them.
DVSK_INLINE dvsk_f16 DVSK_NAME(load_some)(const float *from, ptrdiff_t count)
{
  dvsk_f16 value = 0.0f;
  memcpy(&value, from, (size_t)count * sizeof(float));
  return value;
}

DVSK_INLINE void DVSK_NAME(store_some)(float *to, dvsk_f16 value, ptrdiff_t count)
{
  memcpy(to, &value, (size_t)count * sizeof(float));
}

DVSK_INLINE uint16_t DVSK_NAME(bits)(dvsk_i16 mask)
{
  const dvsk_b16 truth = __builtin_convertvector(mask, dvsk_b16);
  return __builtin_bit_cast(uint16_t, truth);
}

/// sums[0 ..< 16] += value.
DVSK_INLINE void DVSK_NAME(add_to_doubles)(double *sums, dvsk_f16 value)
{
  dvsk_d16 sum;
  memcpy(&sum, sums, sizeof sum);
  sum += __builtin_convertvector(value, dvsk_d16);
  memcpy(sums, &sum, sizeof sum);
}

/// a * b + c, rounded once where the instruction set can, else twice.
DVSK_INLINE dvsk_f16 DVSK_NAME(fma)(dvsk_f16 a, dvsk_f16 b, dvsk_f16 c)
{
#if DVSK_HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

DVSK_INLINE dvsk_f16 DVSK_NAME(bfloat16s)(dvsk_f16 value)
{
  dvsk_u16 bits = __builtin_bit_cast(dvsk_u16, value);
  const dvsk_u16 rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
  const dvsk_i16 is_finite = (bits & 0x7f800000u) != 0x7f800000u;
  return is_finite ? __builtin_bit_cast(dvsk_f16, rounded) : value;
}

/// to [16] = value rounded to bfloat16, to nearest and ties to even; for finite numbers.
DVSK_INLINE void DVSK_NAME(store_bfloat16s)(uint16_t *to, dvsk_f16 value)
{
  const dvsk_u16 bits = __builtin_bit_cast(dvsk_u16, value);
  const dvsk_u16 rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  const dvsk_h16 halves = __builtin_convertvector(rounded, dvsk_h16);
  memcpy(to, &halves, sizeof halves);
}
