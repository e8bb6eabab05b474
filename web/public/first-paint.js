// Runs before the first paint, so that neither the theme nor the reading direction flashes; a file of its own because inline script is refused.
;(function () {
  var root = document.documentElement
  var read = function (key) {
    try {
      return localStorage.getItem(key)
    } catch (refused) {
      return null
    }
  }
  var theme = read('assay.theme')
  if (theme !== 'light' && theme !== 'dark')
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  root.dataset.theme = theme
  var language = read('assay.language') || (navigator.language || 'en').slice(0, 2)
  if (language === 'ar') {
    root.lang = 'ar'
    root.dir = 'rtl'
  }
})()
