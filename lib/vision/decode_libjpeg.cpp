#include <fmt/format.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
// libjpeg's header needs <cstdio> before it.
#include <jerror.h>
#include <jpeglib.h>

#include "kernels/pixels.h"
#include "limn/core/error.h"
#include "vision/decode.h"

namespace limn::vision {
namespace {

// A small file can ask for any number of passes over a large picture.
constexpr int kMostScans = 500;

struct Errors {
  jpeg_error_mgr base;  // first, so that libjpeg's pointer to it points to all of it
  std::jmp_buf jump;
  char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void fail(j_common_ptr info) {
  auto* errors = reinterpret_cast<Errors*>(info->err);
  info->err->format_message(info, errors->text);
  std::longjmp(errors->jump, 1);
}

// Libjpeg goes on after these with grey; its other warnings leave all pixels.
bool loses_pixels(int code) {
  return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
         code == JWRN_MUST_RESYNC;
}

void warn(j_common_ptr info, int level) {
  if (level < 0 && loses_pixels(info->err->msg_code)) fail(info);
}

void watch(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  auto* errors = reinterpret_cast<Errors*>(info->err);
  fmt::format_to_n(errors->text, sizeof errors->text - 1, "more than {} scans", kMostScans);
  std::longjmp(errors->jump, 1);
}

// Every call of libjpeg may jump back into the function that made it: none of these has anything
// to destroy.
class Decoder {
 public:
  Decoder() {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = fail;
    errors_.base.emit_message = warn;
    progress_.progress_monitor = watch;
  }
  ~Decoder() { jpeg_destroy_decompress(&info_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // False: error() says why.
  bool read_header(Bytes bytes) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, const_cast<std::uint8_t*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&info_, TRUE);
    info_.out_color_space = has_black() ? JCS_CMYK : JCS_RGB;
    info_.dct_method = JDCT_ISLOW;
    info_.do_fancy_upsampling = TRUE;
    return true;
  }

  // Divides the sides as long as the shorter one keeps `enough` pixels.
  bool shrink(std::int64_t enough) {
    if (setjmp(errors_.jump) != 0) return false;
    const auto shorter = static_cast<std::int64_t>(std::min(info_.image_width, info_.image_height));
    info_.scale_num = info_.scale_denom = 8;
    while (enough > 0 && info_.scale_num > 1 && shorter * info_.scale_num / 16 >= enough)
      info_.scale_num /= 2;
    jpeg_calc_output_dimensions(&info_);
    return true;
  }

  // Rows of channels() bytes a pixel.
  bool read_pixels(std::uint8_t* pixels) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_start_decompress(&info_);
    const auto stride = static_cast<std::size_t>(output_width() * channels());
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = pixels + info_.output_scanline * stride;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  const char* error() const { return errors_.text; }
  // Of the picture in the file, and after shrink().
  std::int64_t height() const { return info_.image_height; }
  std::int64_t width() const { return info_.image_width; }
  std::int64_t output_height() const { return info_.output_height; }
  std::int64_t output_width() const { return info_.output_width; }
  std::int64_t channels() const { return has_black() ? 4 : 3; }
  bool has_black() const {
    return info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
  }
  // Adobe's programs store how much light is left, not how much ink there is.
  bool inverted() const { return info_.saw_Adobe_marker; }

 private:
  jpeg_decompress_struct info_{};
  Errors errors_{};
  jpeg_progress_mgr progress_{};
};

}  // namespace

Tensor decode_with_libjpeg(Bytes bytes, const std::filesystem::path& name, std::int64_t enough) {
  Decoder decoder;
  const auto require_done = [&](bool done) {
    if (!done) throw IoError(name, fmt::format("damaged JPEG: {}", decoder.error()));
  };
  require_done(decoder.read_header(bytes));
  check_size(decoder.height(), decoder.width(), name);
  require_done(decoder.shrink(enough));
  const std::int64_t height = decoder.output_height(), width = decoder.output_width();
  Tensor pixels(Shape{height, width, decoder.channels()}, DType::uint8);
  require_done(decoder.read_pixels(pixels.data<std::uint8_t>()));
  if (!decoder.has_black()) return pixels;
  Tensor rgb(Shape{height, width, 3}, DType::uint8);
  kernels::cmyk_to_rgb(height * width, decoder.inverted(), pixels.data<std::uint8_t>(),
                       rgb.data<std::uint8_t>());
  return rgb;
}

}  // namespace limn::vision
