# Оформление страниц
brand = Гарнитур
brand-portal = портал сотрудников
brand-title = Портал «Гарнитур»
nav-main = Разделы
nav-orders = Заказы
nav-stock = Склад
nav-audit = Аудит
sign-out = Выйти
to-start = На главную
role-lacking = Этот раздел доступен сотрудникам с другой ролью.
role-courier = курьер
role-warehouse = склад
role-assortment = ассортимент
role-administrator = администратор
role-security = безопасность
role-support = поддержка
role-analyst = аналитика
pages = Страницы списка
page-first = К началу
page-older = Более ранние
page-next = Дальше
filter = Показать
filter-clear = Сбросить
pieces = { $n ->
    [one] { $n } штука
    [few] { $n } штуки
   *[many] { $n } штук
}

# Вход
sign-in-title = Вход для сотрудников
sign-in-text = Логин и пароль — те же, что на рабочем месте.
sign-in-button = Войти
login = Логин
login-hint = Например, sklad.sidorov
login-missing = Введите логин
password = Пароль
password-missing = Введите пароль
flash-signed-out = Вы вышли из портала.

# Ни одного раздела
nothing-title = Здравствуйте, { $name }
nothing-text = Для вашей роли в портале пока нет разделов. Они появятся в меню, когда будут готовы.

# Заказы
orders-title = Заказы
orders-tabs = Статусы заказов
orders-all = Все
orders-empty = Здесь сейчас пусто
orders-empty-text = Новые заказы появятся сами, как только дойдут до этого статуса.
order-number = Номер
order-status = Статус
order-created = Оформлен
order-created-at = оформлен
order-slot = Доставка
order-pieces = Предметов
order-total = Сумма
order-weight = Вес
order-volume = Объём

# Заказ
pack-button = Готов к отгрузке
pack-hint = Курьеры увидят заказ сразу.
pack-refused-title = Статус не изменён
pack-refused = Кто-то успел раньше: заказ сейчас в статусе «{ $status }».
pack-refused-unknown = Кто-то успел раньше: статус заказа изменился.
flash-packed = Заказ { $what } готов к отгрузке.
picks-title = Лист сборки
picks-unknown = Каталог сейчас не отвечает, поэтому лист сборки не показан. Обновите страницу через минуту.
picks-empty = Для этого заказа ничего не отложено.
picks-warehouse = Склад { $code }
pick-shelf = Полка
pick-component = Деталь
pick-quantity = Штук
pick-taken = Взято
pick-no-shelf = без места
print = Распечатать
lines-title = Состав заказа
sum-delivery = Доставка
sum-total = Итого
history-title = История
actor-customer = покупатель
actor-employee = сотрудник
actor-courier = курьер
actor-payment = платёжная система
actor-system = система

# Склад
stock-title = Остатки на складах
stock-search = Артикул или название
stock-search-hint = Петля, HNG-110…
stock-warehouse = Склад
stock-empty = Ничего не найдено
stock-place = Место
stock-on-hand = На полке
stock-reserved = В резерве
stock-free = Свободно
stock-correct = Исправить
stock-delta = Сколько добавить или убрать
stock-delta-wrong = Укажите целое число со знаком: 5 добавит, −2 уберёт
stock-reason = Причина
stock-reason-hint = Пересчёт, брак…
stock-reason-missing = Назовите причину, хотя бы три буквы
stock-component-unknown = Деталь не найдена, обновите страницу
stock-save = Сохранить
stock-refused = Остаток не изменён
flash-corrected = Остаток { $what } исправлен.

# Аудит
audit-title = Журнал аудита
audit-verify = Проверить целостность
audit-intact = Журнал цел
audit-checked = { $n ->
    [one] Проверена { $n } запись.
    [few] Проверены { $n } записи.
   *[many] Проверено { $n } записей.
}
audit-head = Отпечаток последней:
audit-broken = Журнал изменён в обход системы
audit-broken-at = Первое расхождение — запись № { $seq }.
audit-empty = Записей не найдено
audit-at = Когда
audit-actor = Кто
audit-action = Что
audit-subject = Над чем
audit-details = Подробности
audit-source = источник
audit-order = Заказ: { $status }
audit-session-opened = Вход
audit-session-refused = Вход отклонён
audit-session-closed = Выход
audit-courier-signed-in = Вход курьера
audit-courier-refused = Вход курьера отклонён
audit-stock-corrected = Остаток исправлен
audit-assortment-create = Ассортимент: создано
audit-assortment-change = Ассортимент: изменено
audit-assortment-delete = Ассортимент: удалено
audit-assortment-restore = Ассортимент: восстановлено
