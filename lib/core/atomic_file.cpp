#include "limn/core/atomic_file.h"

#include <array>
#include <cerrno>
#include <streambuf>

#include "core/temporary_file.h"

namespace limn {
namespace {

// A stream buffer over a file that remembers why a write failed.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(TemporaryFile& file) : file_(file) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }
  int error() const { return error_; }

 protected:
  int sync() override {
    const bool ok = append(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return ok ? 0 : -1;
  }
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    if (size < static_cast<std::streamsize>(buffer_.size()))
      return std::streambuf::xsputn(data, size);
    return sync() == 0 && append(data, static_cast<std::size_t>(size)) ? size : 0;
  }

 private:
  bool append(const char* data, std::size_t size) {
    if (error_ == 0) error_ = file_.append(data, size);
    return error_ == 0;
  }

  TemporaryFile& file_;
  int error_ = 0;
  std::array<char, 1 << 16> buffer_;
};

}  // namespace

void write_file_atomically(const std::filesystem::path& path,
                           const std::function<void(std::ostream&)>& write) {
  TemporaryFile file(path);
  FileBuffer buffer(file);
  std::ostream stream(&buffer);
  write(stream);
  stream.flush();
  if (!stream) file.fail("write this file", buffer.error() != 0 ? buffer.error() : EIO);
  file.commit();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, [&](std::ostream& out) {
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
  });
}

}  // namespace limn
