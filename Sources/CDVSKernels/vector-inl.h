// Operations on vectors of 16 elements, which the compiler maps to the registers of the instruction set.

#ifndef DVSK_VECTOR_TYPES
#define DVSK_VECTOR_TYPES

typedef float dvsk_f16 __attribute__((ext_vector_type(16)));
typedef double dvsk_d16 __attribute__((ext_vector_type(16)));
typedef int32_t dvsk_i16 __attribute__((ext_vector_type(16)));
typedef uint32_t dvsk_u16 __attribute__((ext_vector_type(16)));
typedef uint64_t dvsk_l16 __attribute__((ext_vector_type(16)));
typedef int64_t dvsk_m16 __attribute__((ext_vector_type(16)));
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

/// Loads the first `count` elements; the others are 0.
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

/// One bit for each lane of a comparison's result.
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

/// a * b + c, rounded once: the same bits with every instruction set.
///
/// Without an instruction for it, it is emulated in double: the product is exact, and Knuth's TwoSum gives the error of the
/// sum. The sum is rounded to odd, which means that the last bit of an inexact sum is set. It then has enough bits that
/// rounding it to float gives the same result as rounding the exact sum.
/// Source: S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to
/// odd", IEEE Transactions on Computers 57, 2008.
DVSK_INLINE dvsk_f16 DVSK_NAME(fma)(dvsk_f16 a, dvsk_f16 b, dvsk_f16 c)
{
#if DVSK_HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  const dvsk_d16 product =
    __builtin_convertvector(a, dvsk_d16) * __builtin_convertvector(b, dvsk_d16);
  const dvsk_d16 addend = __builtin_convertvector(c, dvsk_d16);
  const dvsk_d16 sum = product + addend, part = sum - product;
  const dvsk_d16 error = (product - (sum - part)) + (addend - part);
  // If the sum is NaN or infinite, the error is NaN, and the sum remains unchanged.
  const dvsk_m16 is_inexact = __builtin_elementwise_abs(error) > 0.0;
  const dvsk_l16 last = __builtin_bit_cast(dvsk_l16, is_inexact) & 1u;
  const dvsk_l16 bits = __builtin_bit_cast(dvsk_l16, sum);
  // If the sum was rounded away from 0, subtracting 1 from its bits truncates it.
  const dvsk_l16 is_beyond = (bits ^ __builtin_bit_cast(dvsk_l16, error)) >> 63 & last;
  return __builtin_convertvector(
    __builtin_bit_cast(dvsk_d16, (bits - is_beyond) | last), dvsk_f16);
#endif
}

/// e^x for -700 <= x <= 700, with an error below 2 units in the last digit of double; NaN for NaN.
///
/// It uses only operations that all instruction sets have and round alike. x is split into a multiple of ln 2 and a
/// remainder of at most ln 2 / 2, for which the Taylor series is summed. ln 2 has two parts, the first of which gives exact
/// products with small integers (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
DVSK_INLINE dvsk_d16 DVSK_NAME(exp)(dvsk_d16 x)
{
  // Adding this makes the last bits of the sum the nearest integer.
  const double rounder = 0x1.8p52;
  const dvsk_d16 shifted = x * 0x1.71547652b82fep0 + rounder;
  const dvsk_d16 multiple = shifted - rounder;
  const dvsk_d16 reduced = (x - multiple * 0x1.62e42feep-1) - multiple * 0x1.a39ef35793c76p-33;
  const double inverse_factorials[] = {
    1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
    1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2,
    1.0,              1.0,
  };
  dvsk_d16 sum = inverse_factorials[0];
#pragma clang loop unroll(full)
  for (int i = 1; i < 14; i++) sum = sum * reduced + inverse_factorials[i];
  const dvsk_l16 exponent = __builtin_bit_cast(dvsk_l16, shifted) + 1023u;
  return sum * __builtin_bit_cast(dvsk_d16, exponent << 52);
}

/// 1 / (1 + e^-x), computed in double and rounded.
DVSK_INLINE dvsk_f16 DVSK_NAME(logistic)(dvsk_f16 x)
{
  // For |x| > 110 the result in float is 0 or 1.
  const dvsk_f16 above = x < -110.0f ? (dvsk_f16)-110.0f : x;
  const dvsk_f16 within = above > 110.0f ? (dvsk_f16)110.0f : above;
  const dvsk_d16 power = DVSK_NAME(exp)(-__builtin_convertvector(within, dvsk_d16));
  return __builtin_convertvector(1.0 / (1.0 + power), dvsk_f16);
}

/// Values rounded to bfloat16, to nearest, ties to even; infinity and NaN remain unchanged.
DVSK_INLINE dvsk_f16 DVSK_NAME(bfloat16s)(dvsk_f16 value)
{
  dvsk_u16 bits = __builtin_bit_cast(dvsk_u16, value);
  const dvsk_u16 rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
  const dvsk_i16 is_finite = (bits & 0x7f800000u) != 0x7f800000u;
  return is_finite ? __builtin_bit_cast(dvsk_f16, rounded) : value;
}

/// Stores finite values as bfloat16, rounded to nearest, ties to even.
DVSK_INLINE void DVSK_NAME(store_bfloat16s)(uint16_t *to, dvsk_f16 value)
{
  const dvsk_u16 bits = __builtin_bit_cast(dvsk_u16, value);
  const dvsk_u16 rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  const dvsk_h16 stored = __builtin_convertvector(rounded, dvsk_h16);
  memcpy(to, &stored, sizeof stored);
}
