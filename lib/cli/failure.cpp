#include "cli/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string>

#include "cli/interrupt.h"

namespace limn::cli {
namespace {

int fail(int status, std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  fmt::print(stderr, "limn: {}\n", text);
  return status;
}

}  // namespace

int guarded(const std::function<int()>& body) {
  try {
    return body();
  } catch (const Interrupted& interrupted) {
    return fail(128 + interrupted.signal(), interrupted.what());
  } catch (const UsageError& error) {
    return fail(kWrongUsage, error.what());
  } catch (const InternalError& error) {
    return fail(kFailed, fmt::format("a bug in limn, please report it: {}", error.what()));
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "there is not enough memory; smaller batches need less");
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}

}  // namespace limn::cli
