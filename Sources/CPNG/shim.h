#pragma once
#include <png.h>
#include <string.h>

// libpng's simplified API: errors come back as values, and its longjmp never crosses a Swift frame.

// Reads the header: size and format. Returns 0 on failure, with `image->message`; nothing is left to free then.
static inline int lockstep_png_begin(png_image *image, const void *bytes, size_t count) {
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
    return png_image_begin_read_from_memory(image, bytes, count);
}

static inline int lockstep_png_has_color(const png_image *image) {
    return (image->format & PNG_FORMAT_FLAG_COLOR) != 0;
}

static inline int lockstep_png_has_alpha(const png_image *image) {
    return (image->format & PNG_FORMAT_FLAG_ALPHA) != 0;
}

static inline png_uint_32 lockstep_png_format(int has_color, int has_alpha) {
    return (has_color ? PNG_FORMAT_FLAG_COLOR : 0) | (has_alpha ? PNG_FORMAT_FLAG_ALPHA : 0);
}

// Reads width x height pixels of 8-bit channels, colour and alpha as the file has them.
static inline int lockstep_png_finish(png_image *image, void *pixels) {
    image->format = lockstep_png_format(lockstep_png_has_color(image), lockstep_png_has_alpha(image));
    // Sixteen-bit files that do not tell their gamma are taken for sRGB, as every viewer takes them.
    image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    return png_image_finish_read(image, NULL, pixels, 0, NULL);
}

static inline png_image lockstep_png_description(
    png_uint_32 width, png_uint_32 height, int has_color, int has_alpha) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = lockstep_png_format(has_color, has_alpha);
    return image;
}

// The most bytes its file can have.
static inline size_t lockstep_png_maximum_size(png_image image) { return PNG_IMAGE_PNG_SIZE_MAX(image); }

// Writes a file into `bytes`, of which there are `*count`; leaves its size there.
static inline int lockstep_png_write(png_image image, const void *pixels, void *bytes, size_t *count) {
    png_alloc_size_t size = *count;
    int done = png_image_write_to_memory(&image, bytes, &size, 0, pixels, 0, NULL);
    *count = size;
    return done;
}
