// Swift's Glibc module refers to hypotf, though nothing here calls it, and a linker takes the newest version: that of glibc 2.35.
// This one is of every glibc.
float hypotf_of_every_glibc(float, float);
__asm__(".symver hypotf_of_every_glibc, hypotf@GLIBC_2.2.5");

__attribute__((visibility("hidden"))) float hypotf(float x, float y)
{
  return hypotf_of_every_glibc(x, y);
}
