#pragma once

// The points at which F(4x4, 3x3) evaluates polynomials: 0, plus and minus these two, and infinity.
//
// With the points 1 and 2 of Lavin and Gray's paper, the transforms multiply by factors of 4 and 5, and the large terms
// cancel later. The points below halve the error, and their products are exact in float32. Source of the idea: B. Barabasz,
// A. Anderson, K. M. Soodhalter and D. Gregg, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep
// Neural Networks", ACM TOMS 2020.

#define DVSK_POINT_1 0.625f
#define DVSK_POINT_2 1.5f
